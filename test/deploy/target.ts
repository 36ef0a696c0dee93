import type { FaultKind } from '../../infra/sandbox/faults.ts';
import type { LeadPayload } from '../../infra/sandbox/lead-payload.ts';

/** A lead and its documents, as the Leads API has them. */
export interface PlacedLead {
  readonly id: string;
  readonly payload: LeadPayload;
  readonly documents: readonly string[];
}

/** The Leads API that the importer of a target talks to, where the test has it in hand. */
export interface PlacedApi {
  leads(): readonly PlacedLead[];
  /** What becomes of the next creations, by their number from now on. */
  script(kinds: Readonly<Record<number, FaultKind>>): void;
  /** Every document, or every look at the list, is answered with 500 meanwhile; leads are not, but as they are scripted. */
  without(
    operation: 'document' | 'list',
    act: () => Promise<void>,
    script?: Readonly<Record<number, FaultKind>>,
  ): Promise<void>;
  goDown(): Promise<void>;
  comeBack(): Promise<void>;
}

/** The account that the importer is deployed into, where the test has it in hand. */
export interface PlacedAccount {
  /** Whatever is dropped meanwhile is announced to nobody. */
  withoutNotifications(act: () => Promise<void>): Promise<void>;
  /** No execution of the submitter is allowed meanwhile. */
  withoutSubmitter(act: () => Promise<void>): Promise<void>;
  /** The sweeper looks at once, for uploads of any age. */
  sweep(): Promise<void>;
  /** The queue of the submitter is not served meanwhile: sending is paused. */
  whilePaused(act: () => Promise<void>): Promise<void>;
  /** The notification of an upload that is there. */
  noticeOf(key: string): Promise<PlacedNotice>;
  /** Removes all versions of everything below a prefix. */
  erase(prefix: string): Promise<void>;
}

/** A notification that comes once more, whatever became of its upload. */
export interface PlacedNotice {
  announce(): Promise<void>;
  /** It is a dead letter. */
  bury(): Promise<void>;
}

/** Somewhere the importer runs: the embedded engine, an independent engine, a real account. A partner's acts and no more. */
export interface Target {
  put(key: string, body: string | Uint8Array, metadata?: Readonly<Record<string, string>>): Promise<void>;
  /** An object's bytes; undefined where there is none. */
  bytes(key: string): Promise<Uint8Array | undefined>;
  /** An object's text; undefined where there is none. */
  get(key: string): Promise<string | undefined>;
  /** All keys below a prefix. */
  list(prefix: string): Promise<readonly string[]>;
  /** Fills in the partner's credentials, right or wrong ones; absent where they are not the test's to change. */
  readonly fillInCredentials?: (right: boolean) => Promise<void>;
  /** Absent where the API is not the test's own: then only reports are looked at. */
  readonly api?: PlacedApi;
  /** Absent where the account is not the test's own. */
  readonly account?: PlacedAccount;
  /** Throws at once where something has gone wrong that no waiting mends. */
  readonly failFast?: () => Promise<void>;
}
