import { tellWhatItTook } from './measured-process.ts';

/** The command line itself, in a process that tells its peak memory. */
tellWhatItTook();
await import('../../infra/cli/main.ts');
