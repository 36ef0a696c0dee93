import { terminal } from '../terminal/output.ts';
import { type AddVerb, exits, withPlace } from '../verb.ts';

export const addCancel: AddVerb = (program) =>
  withPlace(program.command('cancel <id>'))
    .description('send nothing more of an import; what is under way is settled, and the report follows')
    .action(exits(async (id, options) => (await import('./cancel-import.ts')).cancelImport(id, options, terminal)));
