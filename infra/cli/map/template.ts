import { terminal } from '../terminal/output.ts';
import { type AddVerb, examples, exits } from '../verb.ts';

export const addTemplate: AddVerb = (program) =>
  program
    .command('template')
    .description('print a CSV with every column and an example row; --xlsx writes a workbook')
    .option('--xlsx <file>', 'write a workbook instead, whose cells keep zeros and dates')
    .addHelpText('after', examples(['template --xlsx leads.xlsx', 'to be filled in with Excel']))
    .action(
      exits(async ({ xlsx }) => {
        if (xlsx === undefined) {
          await terminal.write((await import('./template-csv.ts')).templateCsv());
          return 0;
        }
        const { checkNew, writeNew } = await import('../terminal/write-new.ts');
        checkNew(xlsx);
        writeNew(xlsx, await (await import('./template-workbook.ts')).templateWorkbook());
        await terminal.write(`Wrote ${xlsx}. Write over its second row, which is an example.\n`);
        return 0;
      }),
    );
