import { terminal } from '../terminal/output.ts';
import { type AddVerb, exits } from '../verb.ts';
import { withImportFlags } from './import-flags.ts';

export const addCheck: AddVerb = (program) =>
  withImportFlags(program.command('check <files...>'))
    .option('--show <n>', 'print what the first rows become')
    .description('the same as import --dry-run')
    .action(
      exits(async (files, options, command) => {
        const { checkFiles, planImports } = await import('./plan-imports.ts');
        checkFiles(files, options, true);
        const plans = planImports(files, options, { ...command.opts(), dryRun: true });
        return (await import('./journey.ts')).importAll(plans, terminal);
      }),
    );
