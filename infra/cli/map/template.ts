import { terminal } from '../terminal/output.ts';
import { type AddVerb, exits } from '../verb.ts';

export const addTemplate: AddVerb = (program) =>
  program
    .command('template')
    .description('print a CSV with every column and an example row')
    .action(
      exits(async () => {
        await terminal.write((await import('./template-csv.ts')).templateCsv());
        return 0;
      }),
    );
