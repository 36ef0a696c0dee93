import type { EpochMs } from '../../shared/clock.ts';
import type { Trouble } from '../../shared/leads-api/answers.ts';
import type { Batch, BatchRow } from '../../shared/ledger/batch.ts';
import type { Journal, Notes, Progress } from '../../shared/ledger/journal.ts';

const beginning = ({ work }: BatchRow): Progress | null => {
  switch (work.kind) {
    case 'settled':
      return null;
    case 'create':
      return { state: 'unsent', tries: 0 };
    case 'documents_only':
      return { state: 'attaching', leadId: work.leadId, documents: [...work.attached], problems: [], tries: 0 };
  }
};

/** How each row begins before anything was tried: nothing to note for those that the parser settled. */
export const beginnings = (batch: Batch): readonly (Progress | null)[] => batch.rows.map(beginning);

/** What one attempt finds out, row by row; the only thing of an attempt that changes while it runs. */
export class Notebook implements Notes {
  readonly rows: (Progress | null)[];
  sentUntil: EpochMs;
  /** What stopped the attempt. Once there is one, nothing new is started. */
  trouble: Trouble | undefined;
  /** What kept the listing from settling rows that may have been sent; others may be sent all the same. */
  listingTrouble: Trouble | undefined;
  /** Whether the listing answered and it was too early to believe what it lacks. */
  lookedTooEarly = false;
  readonly #before: string | undefined;

  constructor(journal: Journal) {
    this.rows = [...journal.rows];
    this.sentUntil = journal.sentUntil;
    this.#before = journal.lastTrouble;
  }

  /** Row numbers whose progress is in that state, those tried least first: one bad row must not hold up the others. */
  rowsIn(...states: readonly Progress['state'][]): number[] {
    const triesOf = (index: number): number => {
      const row = this.rows[index];
      return row?.state === 'settled' || row == null ? 0 : row.tries;
    };
    return [...this.rows.keys()]
      .filter((index) => {
        const row = this.rows[index];
        return row != null && states.includes(row.state);
      })
      .toSorted((one, other) => triesOf(one) - triesOf(other));
  }

  /** What stood in this attempt's way, whether it stopped the sending or only the listing. */
  get obstacle(): Trouble | undefined {
    return this.trouble ?? this.listingTrouble;
  }

  /** Code of what stands in the way, or stood there last. */
  get lastTrouble(): string | undefined {
    return this.obstacle?.code ?? this.#before;
  }

  get complete(): boolean {
    return this.rowsIn('unsent', 'maybe', 'attaching').length === 0;
  }

  /** Ids of the leads that are known to be of a row of this batch. */
  get leadIds(): ReadonlySet<string> {
    const ids = this.rows.map((row) =>
      row?.state === 'attaching' ? row.leadId : row?.state === 'settled' ? row.outcome.leadId : undefined,
    );
    return new Set(ids.filter((id) => id !== undefined));
  }
}
