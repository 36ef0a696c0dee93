import type { Row } from '../../shared/state/batch.ts';
import { type Ended, ended, type Status } from '../../shared/state/row-state.ts';
import type { Problem } from '../../shared/words/problem.ts';

/** A row of a report, of which nothing is known but how it ended. */
export const anEndedRow = (
  line: number,
  status: Status,
  problems: readonly Problem[] = [],
): Row & { readonly state: Ended } => ({
  line,
  cells: [],
  quoted: [],
  warnings: [],
  documents: [],
  state: ended(status, problems),
});
