import { tellWhatItTook } from './measured-process.ts';
import { stageUsually, submitUsually } from './usual-sample.ts';

/** Imports one file in the usual way, in a process of its own. */
tellWhatItTook();
const [url = '', file = '', inFlight = '', out = ''] = process.argv.slice(2);
await submitUsually(await stageUsually(file), { url, inFlight: Number(inFlight), out });
