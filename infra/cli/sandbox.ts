import { parseArgs } from 'node:util';
import { visibleText } from '../../shared/lead/problem.ts';
import { faultPlan, readFaults } from '../local/sandbox/faults.ts';
import { startSandbox } from '../local/sandbox/sandbox.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8080' },
    username: { type: 'string', default: 'sandbox' },
    password: { type: 'string', default: 'sandbox' },
    faults: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    rate: { type: 'string', default: '0' },
    file: { type: 'string' },
  },
});

const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  process.stderr.write(`--port ${visibleText(values.port)}: expected a whole number from 0 to 65535.\n`);
  process.exit(1);
}

const sandbox = await startSandbox({
  port,
  username: values.username,
  password: values.password,
  faults: faultPlan(readFaults(values.faults), { seed: Number(values.seed), rate: Number(values.rate) }),
  file: values.file,
});
process.stdout.write(
  `Leads API sandbox at ${sandbox.url}, user name ${values.username}, password ${values.password}. Ctrl-C ends it.\n`,
);
process.once('SIGINT', () => void sandbox.stop());
