import { once } from 'node:events';
import { visibleText } from '../../../shared/words/escaping.ts';
import { faultPlan, readFaults } from '../../sandbox/faults.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { interruptedCode, UsageError } from '../terminal/usage-error.ts';

const listen = async (options: Parameters<typeof startSandbox>[0]) => {
  try {
    return await startSandbox(options);
  } catch (error) {
    const inUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    throw inUse ? new UsageError(`--port ${options.port}: another program listens there; name another port.`) : error;
  }
};

const readScript = (script: string): ReturnType<typeof readFaults> => {
  try {
    return readFaults(script);
  } catch (error) {
    throw new UsageError(`--faults ${visibleText(script)}: ${(error as Error).message}`);
  }
};

/** How a sandbox is served, as it was typed. */
interface SandboxOptions {
  readonly port: string;
  readonly username: string;
  readonly password: string;
  readonly faults: string;
  readonly seed: string;
  readonly rate: string;
  readonly file?: string | undefined;
}

/** Serves the Leads API alone, until it is interrupted. */
export const serveSandbox = async (values: SandboxOptions): Promise<number> => {
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UsageError(`--port ${visibleText(values.port)}: expected a whole number from 0 to 65535.`);
  const sandbox = await listen({
    port,
    username: values.username,
    password: values.password,
    faults: faultPlan(readScript(values.faults), { seed: Number(values.seed), rate: Number(values.rate) }),
    file: values.file,
  });
  const interrupted = once(process, 'SIGINT');
  process.stdout.write(
    `Leads API sandbox at ${sandbox.url}, user name ${values.username}, password ${values.password}. Ctrl-C ends it.\n`,
  );
  await interrupted;
  await sandbox.stop();
  return interruptedCode;
};
