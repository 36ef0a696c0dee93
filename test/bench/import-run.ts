import { tellPeakMemory } from './measured-process.ts';

/** The command line itself, in a process that tells its peak memory. */
tellPeakMemory();
await import('../../infra/cli/main.ts');
