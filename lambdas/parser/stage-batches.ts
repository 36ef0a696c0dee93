import { limits } from '../../shared/limits.ts';
import { mapConcurrently } from '../../shared/map-concurrently.ts';
import { type Batch, batchText } from '../../shared/state/batch.ts';
import { writePage } from '../../shared/state/batch-pages.ts';
import type { Status } from '../../shared/state/row-state.ts';
import type { ParserDependencies } from './dependencies.ts';
import type { SpooledRow } from './spooled-row.ts';
import {
  type Decision,
  rowStager,
  type StagingPlan,
  type StoredRow,
  storedAsUnderstood,
  storedRow,
} from './stage-row.ts';

/** The rows of a batch, each decided about in its turn. */
type Group = readonly Decision[];

const charactersIn = ({ row }: Decision): number =>
  row.kind === 'documents_only' ? row.cells.join().length : row.text.length;

async function* inGroups(all: AsyncIterable<readonly SpooledRow[]>, plan: StagingPlan): AsyncGenerator<Group> {
  const stage = rowStager(plan);
  let rows: Decision[] = [];
  let characters = 0;
  for await (const group of all) {
    for (const row of group) {
      const staged = stage(row);
      const decision = staged instanceof Promise ? await staged : staged;
      rows.push(decision);
      characters += charactersIn(decision);
      if (rows.length < limits.rowsPerBatch && characters < limits.batchCharacters) continue;
      yield rows;
      rows = [];
      characters = 0;
    }
  }
  if (rows.length > 0) yield rows;
}

/** Batches that are stored as one object. */
interface Page {
  /** The number of the first. */
  readonly first: number;
  readonly groups: readonly Group[];
}

const charactersOf = (group: Group): number => group.reduce((sum, decision) => sum + charactersIn(decision), 0);

/** A page ends with the batch that fills it. */
async function* inPages(all: AsyncIterable<Group>): AsyncGenerator<Page> {
  let first = 0;
  let groups: Group[] = [];
  let characters = 0;
  for await (const group of all) {
    groups.push(group);
    characters += charactersOf(group);
    if (groups.length < limits.batchesPerPage && characters < limits.pageCharacters) continue;
    yield { first, groups };
    first += groups.length;
    groups = [];
    characters = 0;
  }
  if (groups.length > 0) yield { first, groups };
}

/** What every batch of an import has in common, and the parser run that stages it. */
export interface BatchHead extends Omit<Batch, 'batch' | 'rows'> {
  readonly run: string;
}

/** What staging has come to. */
export interface StagedBatches {
  /** For each page, where each of its batches ends. */
  readonly pages: number[][];
  /** For each batch, whether it has something to send. */
  readonly released: readonly boolean[];
  /** Rows that have ended already, by status. */
  readonly ended: Readonly<Partial<Record<Status, number>>>;
}

/** The rows of a batch, where none of them waits for anything: nearly every batch. */
const allAsUnderstood = (rows: readonly Decision[]): StoredRow[] | undefined => {
  const stored = rows.map(storedAsUnderstood).filter((row) => row !== undefined);
  return stored.length === rows.length ? stored : undefined;
};

/** Writes the rows of a file, in order, as numbered batches of this run. */
export const stageBatches = async (
  rows: AsyncIterable<readonly SpooledRow[]>,
  { run, ...head }: BatchHead,
  plan: StagingPlan,
  { store }: ParserDependencies,
): Promise<StagedBatches> => {
  const ended: Partial<Record<Status, number>> = {};
  const rowsOf = async (group: Group): Promise<StoredRow[]> =>
    allAsUnderstood(group) ??
    mapConcurrently(group, limits.documentLooks, (decision) => storedRow(decision, plan, store));
  const write = async ({ first, groups }: Page, page: number) => {
    const texts: string[] = [];
    const released: boolean[] = [];
    for (const group of groups) {
      const stored = await rowsOf(group);
      const batch = { ...head, batch: first + texts.length };
      texts.push(
        batchText(
          batch,
          stored.map(({ text }) => text),
        ),
      );
      for (const { ended: status } of stored) if (status !== undefined) ended[status] = (ended[status] ?? 0) + 1;
      released.push(stored.some(({ ended: status }) => status === undefined));
    }
    return { ends: await writePage(store, { importId: head.importId, run, page }, texts), released };
  };
  const written = await mapConcurrently(inPages(inGroups(rows, plan)), limits.pagesBeingWritten, write);
  return { pages: written.map(({ ends }) => ends), released: written.flatMap(({ released }) => released), ended };
};
