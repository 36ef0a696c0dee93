import { rows } from '../support/sample-rows.ts';
import { holdAgainst, reportOf } from './acts.ts';
import type { Target } from './target.ts';

/** One thing that a partner does, and what must come of it. */
export interface Scenario {
  readonly name: string;
  /** What the target must offer for it. */
  readonly needs: 'nothing' | 'credentials' | 'api' | 'account';
  readonly run: (target: Target) => Promise<void>;
}

/** How many leads are there; undefined where the API cannot be asked. */
export const leadsAt = (target: Target): number | undefined => target.api?.leads().length;

/** Drops a file and waits for its report, which must hold. */
export const importCsv = async (target: Target, path: string, csv: string | Uint8Array, metadata = {}) => {
  await target.put(`incoming/${path}.csv`, csv, metadata);
  const report = await reportOf(target, path);
  holdAgainst(target, report);
  return report;
};

/** Unlike the leads of any other run against the same target: a real account keeps what it was given. */
const run = Math.floor(Date.now() / 1000) % 400_000;
export const someRows = (count: number, first: number) => rows(count, run * 2_000 + first);
