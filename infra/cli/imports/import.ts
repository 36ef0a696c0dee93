import { mistypedVerb } from '../terminal/mistyped.ts';
import { terminal } from '../terminal/output.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { type AddVerb, examples, exits } from '../verb.ts';
import { withImportFlags } from './import-flags.ts';

export const addImport: AddVerb = (program) =>
  withImportFlags(program.command('import [files...]', { isDefault: true }))
    .option('--verify', 'wait until the leads were compared with the list at lumi; exit 2 where something is wrong')
    .description('import files one after the other; - is standard input, no file is samples/leads.csv')
    .addHelpText(
      'after',
      examples(
        [
          'import leads.csv --api-url https://api.lumi.com.au --state state',
          'an import that can go on after an interruption',
        ],
        ['import leads.csv --dry-run', 'check everything, send nothing'],
      ),
    )
    .action(
      exits(async (files, options, command) => {
        const { checkFiles, planImports } = await import('./plan-imports.ts');
        const meant = files[0] === undefined ? undefined : mistypedVerb(files[0], command.parent?.commands ?? []);
        if (meant !== undefined) throw new UsageError(`${files[0]}: there is no such file. Was ${meant} meant?`);
        const plans = planImports(files, options, command.opts());
        checkFiles(files, options, process.argv[2] === 'import');
        return (await import('./journey.ts')).importAll(plans, terminal);
      }),
    );
