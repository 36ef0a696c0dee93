import { endWithReader, terminal } from '../terminal/output.ts';
import { type AddVerb, apiUrlFlag, exits, withPlace } from '../verb.ts';

export const addDoctor: AddVerb = (program) =>
  withPlace(program.command('doctor'))
    .description('look for what is wrong with a stack or the set-up of this machine, and say how it is mended')
    .option(...apiUrlFlag)
    .option(
      '--rebuild-register',
      'show the register of imports made anew from what they left, and write it after a yes',
    )
    .option('--yes', 'write it without being asked')
    .action(
      exits(async (options) => {
        endWithReader();
        if (options.rebuildRegister === true)
          return (await import('./rebuild-register.ts')).rebuildRegister(options, terminal);
        const { readApiUrl } = await import('../places/open-api.ts');
        const given = { ...options, apiUrl: readApiUrl(options.apiUrl) };
        return (await import('./look-for-faults.ts')).lookForFaults(given, terminal);
      }),
    );
