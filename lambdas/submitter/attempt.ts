import type { EpochMs } from '../../shared/clock.ts';
import type { Trouble } from '../../shared/leads-api/answers.ts';
import { type Batch, openRows, type Row, withStates } from '../../shared/ledger/batch.ts';
import type { Journal, Lease } from '../../shared/ledger/lease.ts';
import { type RowState, type StateName, transition } from '../../shared/ledger/row-state.ts';

const triesOf = ({ state }: Row): number => (state.state === 'ended' ? 0 : state.tries);

/** One attempt at a batch: what it finds out, row by row, before it is saved in the journal. */
export class Attempt {
  readonly batch: Batch;
  readonly lease: Lease;
  /** The rows that the parser left open, as far as they are now. */
  readonly rows: readonly Row[];
  #lastPossibleSendAt: EpochMs;
  #sendingTrouble: Trouble | undefined;
  #listingTrouble: Trouble | undefined;
  #listedTooEarly = false;

  constructor(batch: Batch, lease: Lease) {
    this.batch = batch;
    this.lease = lease;
    this.rows = withStates(openRows(batch.rows), lease.journal.states);
    this.#lastPossibleSendAt = lease.journal.lastPossibleSendAt;
  }

  /** Rows in one of these states, those tried least first: one bad row must not hold up the others. */
  rowsIn(...states: readonly StateName[]): Row[] {
    return this.rows
      .filter(({ state }) => states.includes(state.state))
      .toSorted((one, other) => triesOf(one) - triesOf(other));
  }

  move(row: Row, state: RowState): void {
    row.state = transition(row.state, state);
  }

  /** Notes that something may have been sent at that moment. */
  mayHaveSentAt(moment: EpochMs): void {
    this.#lastPossibleSendAt = Math.max(this.#lastPossibleSendAt, moment);
  }

  /** A listing before this moment, and for its settle time after it, does not prove that a lead is absent. */
  get lastPossibleSendAt(): EpochMs {
    return this.#lastPossibleSendAt;
  }

  /** Stops the sending: nothing new is started. The first trouble is the one that is told. */
  stopSending(trouble: Trouble): void {
    this.#sendingTrouble ??= trouble;
  }

  get sendingIsStopped(): boolean {
    return this.#sendingTrouble !== undefined;
  }

  /** Notes that the listing did not answer; rows that were not sent may be sent all the same. */
  listingFailed(trouble: Trouble): void {
    this.#listingTrouble = trouble;
  }

  /** Notes that the listing answered, and that it was too early to believe what it lacks. */
  listingWasTooEarly(): void {
    this.#listedTooEarly = true;
  }

  get listedTooEarly(): boolean {
    return this.#listedTooEarly;
  }

  /** What this attempt failed at, whether it stopped the sending or only the listing. */
  get trouble(): Trouble | undefined {
    return this.#sendingTrouble ?? this.#listingTrouble;
  }

  /** Code of the trouble of this attempt, otherwise of the one before it. */
  get lastTrouble(): string | undefined {
    return this.trouble?.code ?? this.lease.journal.lastTrouble;
  }

  get isComplete(): boolean {
    return this.rows.every(({ state }) => state.state === 'ended');
  }

  /** Ids of the leads that are known to be of a row of this batch. */
  get leadIds(): ReadonlySet<string> {
    const ids = this.rows.map(({ state }) => ('leadId' in state ? state.leadId : undefined));
    return new Set(ids.filter((id) => id !== undefined));
  }

  /** What the journal keeps of the attempt. */
  get found(): Pick<Journal, 'states' | 'lastPossibleSendAt' | 'lastTrouble'> {
    const { lastPossibleSendAt, lastTrouble } = this;
    return { states: this.rows.map(({ state }) => state), lastPossibleSendAt, lastTrouble };
  }
}
