import { backoffMs } from '../../../shared/backoff.ts';
import { type Delivery, done, type Verdict } from '../../../shared/bucket/delivery.ts';
import { importTime } from '../../../shared/bucket/import-id.ts';
import { proofKey, provingKey } from '../../../shared/bucket/keys.ts';
import { notificationOf } from '../../../shared/bucket/s3-event.ts';
import { DamagedState, readState, stateVersion } from '../../../shared/bucket/stored-json.ts';
import { type EpochMs, isoTime } from '../../../shared/clock.ts';
import type { Trouble } from '../../../shared/leads-api/answers.ts';
import { PagingMemory } from '../../../shared/leads-api/listing.ts';
import { limits } from '../../../shared/limits.ts';
import { type Manifest, readManifest } from '../../../shared/state/manifest.ts';
import {
  type Proof,
  type ProofMessage,
  type Proving,
  provingSchema,
  readProof,
  writeProofOnce,
} from '../../../shared/state/proof.ts';
import type { SubmitterDependencies } from '../dependencies.ts';
import { cannotList } from '../listings.ts';
import { afterPauseMs } from '../next-delivery.ts';
import { CreatedLeads } from './created-leads.ts';
import { judgeProof } from './judge-proof.ts';
import { type LookedUp, lookUpMissing } from './look-up.ts';
import { readWindow, type Window } from './read-window.ts';
import { Sightings } from './sightings.ts';

/** One delivery of a message that asks for a proof. */
export interface Proposal extends Omit<Delivery, 'body'> {
  readonly message: ProofMessage;
}

/** Settle times from the end of an import to the first look: the list has had its time, and some more. */
const settleTimesBefore = 2;
/** How far back the list is asked for from the first look on: clocks first, then dates that are read by day or in another zone, then all. */
const reaches = ['clock', 'clock', 'day', 'all', 'all'] as const;
/** And from one look to the next: a list that lags is asked for eight of them altogether. */
const settleTimesBetween = (looks: number): number => (looks < 2 ? 1 : 2);
/** After so many looks a lead that is not given by its id is not there, where the list does not lag. */
const looksForAbsence = 3;
/** Listings in a row that could not be read, though the API answers. */
const mostUnread = 8;
/** Kept free behind the listing for what is made of it. */
const judgingMs = 120_000;
const hourMs = 3_600_000;
/** Who gave the sending a minute meant no other: the list is given its time. */
const leastPatienceMs = hourMs;

/** An attempt at a proof. */
interface Turn {
  readonly proposal: Proposal;
  readonly manifest: Manifest;
  readonly created: CreatedLeads;
  readonly proving: Proving;
  /** Whether nothing is waited for any more. */
  readonly isLast: boolean;
  readonly giveUpAt: EpochMs;
}

type Outcome = Pick<Proof, 'state' | 'there' | 'notThere' | 'twice' | 'other' | 'findings'>;
const notPossible: Outcome = { state: 'not_possible', there: 0, notThere: 0, twice: 0, other: 0, findings: [] };

/** Tells the reporter, who writes the report once more; told again where this is delivered again. */
const tell = async (importId: string, { bucket, sendResult, clock }: SubmitterDependencies): Promise<void> =>
  sendResult([notificationOf({ bucket, key: proofKey(importId), eventTime: isoTime(clock.now()) })]);

interface Ending {
  /** When the list was read that says so; absent: now. */
  readonly checkedAt?: EpochMs;
  /** Why it was not possible, where that is no answer of the API. */
  readonly reason?: string;
}

const end = async (
  { message }: Proposal,
  outcome: Outcome,
  dependencies: SubmitterDependencies,
  { checkedAt: at = dependencies.clock.now(), reason }: Ending = {},
): Promise<Verdict> => {
  const { store, log } = dependencies;
  const { state, there, notThere: absent, twice, other } = outcome;
  const { importId, askedAt } = message;
  const checkedAt = isoTime(at);
  await writeProofOnce(store, { version: stateVersion, importId, askedAt, checkedAt, ...outcome });
  await tell(importId, dependencies);
  log(state === 'done' ? 'import_proven' : 'proof_not_possible', { importId, there, absent, twice, other, reason });
  return done;
};

/** Waits for the next attempt, which knows what this one has found out. */
const wait = async (
  { proposal, proving, giveUpAt }: Turn,
  next: Partial<Pick<Proving, 'looks' | 'unread' | 'reading' | 'dueAt'>>,
  why: { readonly waitMs: number; readonly trouble?: Trouble | undefined },
  { store, clock, chance, log }: SubmitterDependencies,
): Promise<Verdict> => {
  const { message, receives, firstReceivedAt } = proposal;
  const now = clock.now();
  const { reading: _, ...before } = proving;
  const text = JSON.stringify({ ...before, dueAt: now + why.waitMs, ...next });
  await store.put(provingKey(message.importId), text);
  const patience = { receives, giveUpAt, giveUpAfterMs: giveUpAt - firstReceivedAt, now };
  const afterMs = afterPauseMs(patience, why.waitMs, chance.fraction());
  log('proof_waits', { importId: message.importId, waitMs: afterMs, code: why.trouble?.code });
  return { kind: 'retry', afterMs };
};

/** Trouble of the API is waited for; not a list that cannot be read, and not for ever. */
const afterTrouble = (
  turn: Turn,
  trouble: Trouble,
  reading: Proving['reading'],
  dependencies: SubmitterDependencies,
): Promise<Verdict> => {
  const { proposal, proving, isLast } = turn;
  const isFurther = reading !== undefined && reading.index !== proving.reading?.index;
  const unread = cannotList.has(trouble.code) && !isFurther ? proving.unread + 1 : 0;
  if (isLast || unread >= mostUnread) return end(proposal, notPossible, dependencies);
  const { chance, backoff } = dependencies;
  const waitMs = Math.max(backoffMs(proposal.receives, chance.fraction(), backoff), trouble.retryAfterMs ?? 0);
  return wait(turn, { unread, ...(reading !== undefined && { reading }) }, { waitMs, trouble }, dependencies);
};

/** From when on the list is asked for, by the API's clock. */
const windowOf = ({ manifest, proving }: Turn, { api }: SubmitterDependencies): EpochMs | undefined => {
  const reach = reaches[proving.looks] ?? 'all';
  if (reach === 'all') return undefined;
  const { clockAheadMs = 0 } = api;
  const marginMs = reach === 'day' ? 50 * hourMs : limits.clockSkewMs;
  return Date.parse(manifest.stagedAt) + Math.min(0, clockAheadMs) - marginMs;
};

/** Leads that the listing lacks; of several rows with one id the first stands for all. */
const missingOf = (created: CreatedLeads, sightings: Sightings): number[] => {
  const missing: number[] = [];
  for (let number = 0; number < created.count; number += 1)
    if (!sightings.isShown(number) && !created.hasIdOfEarlier(number)) missing.push(number);
  return missing;
};

/** What the list has shown, once it was read to its end. */
interface Look {
  readonly sightings: Sightings;
  /** Whether as many leads were seen as were counted, and all could be read. */
  readonly isWhole: boolean;
  /** Leads of the import that it lacks. */
  readonly missing: readonly number[];
  /** What asking for these has said. */
  readonly lookedUp: Exclude<LookedUp, Trouble>;
}

/** Whether the list shows a lead of the import that came behind all that it lacks: then it does not lag. */
const showsLater = ({ missing, sightings }: Look, created: CreatedLeads): boolean => {
  for (let number = (missing.at(-1) ?? 0) + 1; number < created.count; number += 1)
    if (sightings.isShown(number)) return true;
  return false;
};

/** What is known once the list was looked at; `later`: another look may show more. */
type Conclusion = 'all_there' | 'rest_is_not_there' | 'not_to_be_said' | 'later';

const conclude = ({ proving: { looks }, created }: Turn, seen: Look): Conclusion => {
  const { missing, lookedUp, isWhole } = seen;
  const isFinal = looks >= reaches.length - 1;
  // A list whose count does not fit is whole where it shows all leads of the import twice.
  if (missing.length === 0) return isWhole || looks > 0 ? 'all_there' : 'later';
  const isEnough = isFinal || (looks + 1 >= looksForAbsence && showsLater(seen, created));
  if (lookedUp === 'none_is_there' && isEnough) return 'rest_is_not_there';
  if (!isFinal) return 'later';
  // A list of all leads that was read to its end needs nobody to be asked, as long as it shows the import at all.
  const provesItself = lookedUp === 'unknown' && isWhole && missing.length < created.count;
  return provesItself ? 'rest_is_not_there' : 'not_to_be_said';
};

const judge = async (
  turn: Turn,
  { sightings, missing }: Look,
  conclusion: Conclusion,
  dependencies: SubmitterDependencies,
): Promise<Verdict> => {
  const checkedAt = dependencies.clock.now();
  const reachesBack = reaches[turn.proving.looks] !== 'clock';
  const notThere = new Set(conclusion === 'rest_is_not_there' ? missing : []);
  const evidence = { created: turn.created, sightings, notThere, reachesBack };
  const judged = await judgeProof(dependencies.store, turn.manifest, evidence);
  const isProven = conclusion === 'all_there' || conclusion === 'rest_is_not_there';
  const there = judged.there - (missing.length - notThere.size);
  const outcome = { ...judged, there, state: isProven ? 'done' : 'not_possible' } as const;
  return end(turn.proposal, outcome, dependencies, { checkedAt });
};

const look = async (turn: Turn, dependencies: SubmitterDependencies): Promise<Verdict> => {
  const { proposal, created, proving, isLast } = turn;
  const { store, api, clock, listingSettleMs } = dependencies;
  const { importId } = proposal.message;
  const latest = proposal.deadline - limits.requestTimeoutMs - limits.savingMs;
  const sending = { latest, mayStart: () => clock.now() <= latest };
  const { reading: goesOn } = proving;
  const sightings = new Sightings(created, goesOn?.sightings);
  const memory = new PagingMemory(goesOn?.way);
  const from = windowOf(turn, dependencies);
  const window: Window = { from, until: latest - judgingMs, now: () => clock.now(), sending, goesOn };
  const read = await readWindow(api, memory, sightings, window);
  if (read.kind === 'too_long') return end(proposal, notPossible, dependencies);
  if (read.kind === 'part') {
    const reading = read.reading === undefined ? undefined : { ...read.reading, sightings: sightings.stored() };
    if (read.trouble !== undefined) return afterTrouble(turn, read.trouble, reading, dependencies);
    return wait(turn, { unread: 0, ...(reading !== undefined && { reading }) }, { waitMs: 0 }, dependencies);
  }
  const missing = missingOf(created, sightings);
  const place = { store, importId, pages: api, memory, sending };
  const lookedUp = await lookUpMissing(missing, created, sightings, place);
  if (typeof lookedUp === 'object') return afterTrouble(turn, lookedUp, undefined, dependencies);
  const seen: Look = { sightings, isWhole: read.isWhole, missing, lookedUp };
  const conclusion = conclude(turn, seen);
  if (conclusion !== 'later' || isLast) return judge(turn, seen, conclusion, dependencies);
  const waitMs = listingSettleMs * settleTimesBetween(proving.looks);
  return wait(turn, { looks: proving.looks + 1, unread: 0 }, { waitMs }, dependencies);
};

const attempt = async (proposal: Proposal, dependencies: SubmitterDependencies): Promise<Verdict> => {
  const { message, firstReceivedAt, deadline } = proposal;
  const { importId, askedAt, endedAt } = message;
  const { store, clock, gate, pace, chance, listingSettleMs, provesOne } = dependencies;
  const manifest = await readManifest(store, importId);
  if (manifest === undefined) return done;
  const known = await readProof(store, importId);
  if (known !== undefined && known.askedAt >= askedAt) {
    await tell(importId, dependencies);
    return done;
  }
  const stored = (await readState(store, provingKey(importId), provingSchema))?.value;
  const dueAt = Date.parse(endedAt) + settleTimesBefore * listingSettleMs;
  const begun: Proving = { version: stateVersion, importId, askedAt, looks: 0, dueAt, unread: 0 };
  const proving = stored?.askedAt === askedAt ? stored : begun;
  const now = clock.now();
  const giveUpAfterMs = Math.max(leastPatienceMs, Date.parse(manifest.giveUpAt) - Date.parse(importTime(importId)));
  const giveUpAt = firstReceivedAt + giveUpAfterMs;
  const isLast = message.last || now >= giveUpAt;
  const created = await CreatedLeads.read(store, importId);
  // What is gone was erased: nothing can be said of it.
  if (created === undefined || created.count === 0) return done;
  const turn: Turn = { proposal, manifest, created, proving, isLast, giveUpAt };
  if (!isLast) {
    const pausedForMs = Math.max(gate.pausedForMs, pace.pausedForMs);
    const waitMs = Math.max(proving.dueAt - now, pausedForMs);
    const patience = { receives: proposal.receives, giveUpAt, giveUpAfterMs, now };
    if (waitMs > 0) return { kind: 'retry', afterMs: afterPauseMs(patience, waitMs, chance.fraction()) };
  }
  return provesOne(async () => {
    // Another proof may have taken the time of this one.
    if (clock.now() > deadline - judgingMs - limits.requestTimeoutMs - limits.savingMs)
      return { kind: 'retry', afterMs: 0 };
    return look(turn, dependencies);
  });
};

/**
 * Takes the proof of an import one attempt further: its window of the API's list is read, and every lead that the import
 * created is held against it. It comes after the report, and changes no status. However often and however concurrently it
 * runs, nothing is sent. Where what it needs is damaged there is nothing to wait for.
 */
export const proveImport = async (proposal: Proposal, dependencies: SubmitterDependencies): Promise<Verdict> => {
  try {
    return await attempt(proposal, dependencies);
  } catch (error) {
    if (!(error instanceof DamagedState)) throw error;
    return end(proposal, notPossible, dependencies, { reason: error.message });
  }
};
