import { terminal } from '../terminal/output.ts';
import { type AddVerb, exits, withPlace } from '../verb.ts';

export const addErase: AddVerb = (program) =>
  withPlace(program.command('erase'))
    .description('erase what ended imports keep of a person, once it was shown and you said yes')
    .option('--email <address>', 'the e-mail address of the person')
    .option('--yes', 'erase without being asked')
    .action(exits(async (options) => (await import('./erase-person.ts')).erasePerson(options, terminal)));
