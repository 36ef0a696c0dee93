import { endWithReader, terminal } from '../terminal/output.ts';
import { type AddVerb, apiUrlFlag, exits, jsonFlag } from '../verb.ts';

export const addLead: AddVerb = (program) =>
  program
    .command('lead <id>')
    .description('everything that lumi says of one lead')
    .option(...apiUrlFlag)
    .option('--state <dir>', 'what the built-in sandbox keeps there')
    .option(...jsonFlag('the lead'))
    .action(
      exits(async (id, options) => {
        endWithReader();
        return (await import('./show-leads.ts')).showLead(id, options, terminal);
      }),
    );
