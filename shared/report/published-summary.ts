import { reportFiles } from '../bucket/keys.ts';
import { getText, type ObjectStore } from '../bucket/object-store.ts';
import { parseJson } from '../parse-json.ts';
import type { Summary } from './summary.ts';

/** The summary of the report below a prefix; undefined where there is none, or none that is JSON. */
export const publishedSummary = async (store: ObjectStore, prefix: string): Promise<Summary | undefined> =>
  parseJson((await getText(store, `${prefix}${reportFiles.summary}`))?.text ?? '') as Summary | undefined;
