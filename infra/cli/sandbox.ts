import { scriptedKinds } from '../sandbox/fault-kinds.ts';
import { type AddVerb, exits } from './verb.ts';

export const addSandbox: AddVerb = (program) =>
  program
    .command('sandbox')
    .description('serve the built-in sandbox of the Leads API alone')
    .option('--port <n>', 'where it listens', '8080')
    .option('--username <name>', 'what it lets in', 'sandbox')
    .option('--password <word>', 'with this password', 'sandbox')
    .option('--faults <script>', 'what goes wrong, such as create:3=reset_after,list:1-20=503', '')
    .option('--rate <share>', 'share of requests that go wrong by chance, 0 to 1', '0')
    .option('--seed <n>', 'the same seed, the same chance', '1')
    .option('--file <path>', 'keep the leads there')
    .addHelpText(
      'after',
      `
A fault is OPERATION:NUMBER=KIND, or of several requests OPERATION:FROM-TO=KIND, several with commas between.
  operations  create, list, document
  kinds       ${scriptedKinds.slice(0, 6).join(', ')},
              ${scriptedKinds.slice(6).join(', ')}`,
    )
    .action(exits(async (options) => (await import('./places/serve-sandbox.ts')).serveSandbox(options)));
