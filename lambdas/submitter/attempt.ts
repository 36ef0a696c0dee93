import type { ObjectStore } from '../../shared/bucket/object-store.ts';
import type { EpochMs } from '../../shared/clock.ts';
import type { Trouble } from '../../shared/leads-api/answers.ts';
import { type Batch, type LeadToSend, openRows, type Row, withStates } from '../../shared/state/batch.ts';
import { type Found, type Lease, noteSending } from '../../shared/state/lease.ts';
import { type RowState, type StateName, type StateOf, transition } from '../../shared/state/row-state.ts';
import type { Refusal } from './refusals.ts';

/** A row that is in one of these states. */
export type RowIn<Name extends StateName> = Row & { readonly state: StateOf<Name> };

/** A lead that the API refused, and how many it had created before. */
interface Refused {
  readonly refusal: Refusal;
  readonly creationsBefore: number;
}

const triesOf = ({ state }: Row): number => (state.state === 'ended' ? 0 : state.tries);

/** States of which one more row is there only where something was gained. */
const furtherStates: ReadonlySet<StateName> = new Set(['attaching', 'verifying', 'ended']);

/** One attempt at a batch: what it finds out, row by row, before it is saved in the journal. */
export class Attempt {
  readonly batch: Batch;
  #lease: Lease;
  #noted: Promise<unknown> = Promise.resolve();
  /** The rows that the parser left open, as far as they are now. */
  readonly rows: readonly Row[];
  readonly #troubledRows = new Map<Row, Trouble>();
  readonly #refused = new Map<Row, Refused>();
  readonly #lostDocuments = new Map<Row, string[]>();
  #trouble: Trouble | undefined;
  #answers = 0;
  #gotFurther = false;
  #listed = false;

  constructor(batch: Batch, lease: Lease) {
    this.batch = batch;
    this.#lease = lease;
    this.rows = withStates(openRows(batch.rows), lease.journal.states);
  }

  get lease(): Lease {
    return this.#lease;
  }

  /**
   * Notes in the journal, before it happens, that a row may be sent: alone, or with every other one. Most attempts have
   * noted the latter with their lease.
   * @returns false where somebody else has the batch by now
   */
  noteSending(store: ObjectStore, row: Row, alone: boolean): Promise<boolean> {
    const noting = this.#noted.then(async () => {
      if (this.#lease.journal.sends) return true;
      const lease = await noteSending(store, this.#lease, this.found, alone ? this.rows.indexOf(row) : undefined);
      this.#lease = lease ?? this.#lease;
      return lease !== undefined;
    });
    this.#noted = noting.catch(() => undefined);
    return noting;
  }

  /** Rows in one of these states, those tried least first: one bad row must not hold up the others. */
  rowsIn<Name extends StateName>(...states: readonly Name[]): RowIn<Name>[] {
    return this.rows
      .filter((row): row is RowIn<Name> => states.some((name) => name === row.state.state))
      .toSorted((one, other) => triesOf(one) - triesOf(other));
  }

  move(row: Row, state: RowState): void {
    if (state.state !== row.state.state && furtherStates.has(state.state)) this.#gotFurther = true;
    row.state = transition(row.state, state);
  }

  /** Notes that no answer says what became of a row that was sent, and until when the API may create it after all. */
  stillInDoubt(row: Row, until: EpochMs, { code: trouble }: Trouble): void {
    const { state } = row;
    if (state.state !== 'in_doubt') throw new Error(`a row in doubt is ${state.state}`);
    this.move(row, { ...state, until: Math.max(state.until, until), trouble });
  }

  /** Takes note of trouble of a row, or of the listing where there is no row. The latest is the one that is told. */
  met(trouble: Trouble, row?: Row): void {
    this.#trouble = trouble;
    if (row !== undefined) this.#troubledRows.set(row, trouble);
  }

  /** Takes note of a lead that was refused; whether that is about the lead shows at the end of the attempt. */
  refused(row: Row, refusal: Refusal, creationsBefore: number): void {
    this.#refused.set(row, { refusal, creationsBefore });
  }

  get refusedRows(): ReadonlyMap<Row, Refused> {
    return this.#refused;
  }

  /** Takes note of a document of which no answer says whether it is attached. */
  lostDocument(row: Row, name: string): void {
    this.#lostDocuments.set(row, [...(this.#lostDocuments.get(row) ?? []), name]);
  }

  /** The rows of which documents were lost in this attempt, with their names. */
  get lostDocuments(): ReadonlyMap<Row, readonly string[]> {
    return this.#lostDocuments;
  }

  /** Notes that the API has created or refused a row's lead, or taken or refused a document. */
  wasAnswered(): void {
    this.#answers += 1;
  }

  /** Notes that the listing answered about rows in doubt. */
  hasListed(): void {
    this.#listed = true;
  }

  get listed(): boolean {
    return this.#listed;
  }

  /** Whether the API has answered for some lead or document in this attempt. */
  get hasAnswers(): boolean {
    return this.#answers > 0;
  }

  /** The rows that met trouble in this attempt, with their last one. */
  get troubledRows(): ReadonlyMap<Row, Trouble> {
    return this.#troubledRows;
  }

  get trouble(): Trouble | undefined {
    return this.#trouble;
  }

  /** Code of the trouble of this attempt, otherwise of the one before it. */
  get lastTrouble(): string | undefined {
    return this.trouble?.code ?? this.lease.journal.lastTrouble;
  }

  get isComplete(): boolean {
    return this.rows.every(({ state }) => state.state === 'ended');
  }

  /** Rows whose lead the API has created in this batch, with its id and when. */
  get createdRows(): {
    readonly row: Row & { readonly lead: LeadToSend };
    readonly id: string;
    readonly createdAt: EpochMs;
    readonly createdBy: EpochMs;
  }[] {
    return this.rows.flatMap((row) => {
      const { state, lead } = row;
      if (lead === undefined || !('leadId' in state) || state.leadId === undefined || state.createdAt === undefined)
        return [];
      const { leadId: id, createdAt, createdBy = createdAt } = state;
      return [{ row: { ...row, lead }, id, createdAt, createdBy }];
    });
  }

  /** Ids of the leads that are known to be of a row of this batch. */
  get leadIds(): ReadonlySet<string> {
    const ids = this.rows.map(({ state }) => ('leadId' in state ? state.leadId : undefined));
    return new Set(ids.filter((id) => id !== undefined));
  }

  /** Attempts in a row, this one included, in which no row got further. */
  get fruitless(): number {
    return this.#gotFurther ? 0 : (this.lease.journal.fruitless ?? 0) + 1;
  }

  /** What the journal keeps of the attempt. */
  get found(): Found {
    const { lastTrouble, fruitless } = this;
    return { states: this.rows.map(({ state }) => state), lastTrouble, fruitless };
  }
}
