import { terminal } from '../terminal/output.ts';
import { type AddVerb, exits, withPlace } from '../verb.ts';

export const addStatus: AddVerb = (program) =>
  withPlace(program.command('status [id]'))
    .description('how far an import is, and why it waits; without an id the latest')
    .option('--watch', 'stay until its end, and end as it does: 0, 1 or 2')
    .action(exits(async (id, options) => (await import('./show-status.ts')).showStatus(id, options, terminal)));
