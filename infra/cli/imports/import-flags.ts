import type { Command, OptionValues } from '@commander-js/extra-typings';
import { importOptions, type OptionName, optionNames } from '../../../shared/import-options.ts';
import { apiUrlFlag, jsonFlag } from '../verb.ts';

/** The flag of an option of an import: one that is on by itself is switched off. */
const flagOf = (name: OptionName, value: string | undefined): string => {
  if (value !== undefined) return `--${name} <${value}>`;
  return name === 'enforce-mandatories' ? `--no-${name}` : `--${name}`;
};

/** What `import` and `check` may be told: where things are, and every option of an import that has a flag. */
export const withImportFlags = <Args extends unknown[], Options extends OptionValues, Globals extends OptionValues>(
  command: Command<Args, Options, Globals>,
) => {
  const typed = command
    .option(...apiUrlFlag)
    .option('--documents <dir>', 'where the documents are that rows name (default: documents/ beside the file)')
    .option('--out <dir>', 'where the report goes (default: out/<import id>/)')
    .option('--mapping <file>', "how the file's headers map to lumi's; none: no mapping file is used")
    .option('--concurrency <n>', 'leads in flight (default: 10)')
    .option('--state <dir>', 'keep everything there: go on after an interruption, know duplicates from run to run')
    .option('--stack <name>', 'import through a deployed stack: upload, follow, and fetch the report')
    .option('--yes', 'ask nothing')
    .option(...jsonFlag('summary.json'));
  for (const name of optionNames) {
    const option = importOptions[name];
    if (!('flag' in option)) continue;
    const { value, help }: { readonly value?: string; readonly help: string } = option.flag;
    typed.option(flagOf(name, value), help);
  }
  return typed;
};
