import { terminal } from '../terminal/output.ts';
import { type AddVerb, exits, jsonFlag } from '../verb.ts';

export const addRedrive: AddVerb = (program) =>
  program
    .command('redrive')
    .description('put the dead letters of a stack back into their queues')
    .option('--stack <name>', 'the deployed stack')
    .option(...jsonFlag('how many'))
    .action(exits(async (options) => (await import('./redrive-letters.ts')).redriveLetters(options, terminal)));
