import { endWithReader, terminal } from '../terminal/output.ts';
import { type AddVerb, apiUrlFlag, examples, exits, jsonFlag } from '../verb.ts';

export const addLeads: AddVerb = (program) =>
  program
    .command('leads')
    .description('the leads at lumi, all pages of them')
    .option(...apiUrlFlag)
    .option('--state <dir>', 'what the built-in sandbox keeps there')
    .option('--status <status>', 'only leads with this status')
    .option('--application-status <status>', 'only leads whose application has this status')
    .option('--from <day>', 'created on or after a day (2026-11-24) or moment')
    .option('--to <day>', 'created on or before a day or moment')
    .option('--id <id>', 'only this lead')
    .option('--csv', 'as CSV, with our own columns')
    .option(...jsonFlag('one lead a line'))
    .addHelpText(
      'after',
      examples(['leads --api-url https://api.lumi.com.au --status FUNDED --csv > funded.csv', 'into a spreadsheet']),
    )
    .action(
      exits(async (options) => {
        endWithReader();
        return (await import('./show-leads.ts')).showLeads(options, terminal);
      }),
    );
