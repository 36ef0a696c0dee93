import { endWithReader, terminal } from '../terminal/output.ts';
import { type AddVerb, examples, exits } from '../verb.ts';

const gather = (value: string, all: readonly string[]): readonly string[] => [...all, value];

export const addMap: AddVerb = (program) =>
  program
    .command('map <file>')
    .description('ask what the columns of a file mean, and write <name>.mapping.json beside it')
    .option('--out <file>', 'where the mapping goes')
    .option('--sheet <name>', 'which sheet of a workbook, where several hold leads')
    .option('--xlsx', 'write <name>.mapping.xlsx instead, to be filled in, and ask nothing')
    .option('--yes', 'take every proposal that needs no judgement, and list what is left')
    .option('--column <header=column>', 'decide a column without being asked', gather, [] as readonly string[])
    .option('--value <column:text=value>', 'decide a value without being asked', gather, [] as readonly string[])
    .addHelpText(
      'after',
      examples(
        ['map leads.csv --yes', 'what can be told by itself'],
        ['leads.csv --mapping leads.mapping.json', 'use it'],
      ),
    )
    .action(
      exits(async (file, { out, sheet, yes = false, xlsx = false, column: columns, value: values }) => {
        endWithReader();
        const asks = process.stdin.isTTY && process.stdout.isTTY && !yes && !xlsx;
        const ask = asks ? (await import('./converse.ts')).converse : undefined;
        const { mapFile } = await import('./map-file.ts');
        return mapFile(
          { file, out, sheet, yes, xlsx, columns, values },
          (line) => void terminal.write(`${line}\n`),
          ask,
        );
      }),
    );
