import { endWithReader, terminal } from '../terminal/output.ts';
import { type AddVerb, exits, withPlace } from '../verb.ts';

export const addImports: AddVerb = (program) =>
  withPlace(program.command('imports'))
    .description('list imports, the latest first: file, state, rows, how they ended')
    .option('--all', 'all of them, not only the latest twenty')
    .action(
      exits(async (options) => {
        endWithReader();
        return (await import('./list-imports.ts')).listImports(options, terminal);
      }),
    );
