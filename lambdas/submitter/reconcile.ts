import pMap from 'p-map';
import type { ObjectStore } from '../../shared/aws/object-store.ts';
import { type EpochMs, isoTime } from '../../shared/clock.ts';
import { fingerprintsKey, ledgerKey } from '../../shared/keys.ts';
import { type ListedLead, type Resemblance, resemblance, visibleFields } from '../../shared/leads-api/visible-lead.ts';
import type { Batch, CreateWork } from '../../shared/ledger/batch.ts';
import { decodeFingerprints } from '../../shared/ledger/fingerprint-file.ts';
import type { Journal } from '../../shared/ledger/journal.ts';
import { readRegister } from '../../shared/ledger/register.ts';
import { limits } from '../../shared/limits.ts';
import type { SubmitterDependencies } from './dependencies.ts';
import { unconfirmed } from './endings.ts';
import type { Notebook } from './notebook.ts';

/** What the listing says about a row that may have been sent. */
export type Finding =
  | { readonly kind: 'created'; readonly leadId: string }
  /** Not there, and it has had the time to be there: the row was not sent after all. */
  | { readonly kind: 'absent' }
  /** Not there, and it is too early to say. */
  | { readonly kind: 'too_early' }
  | { readonly kind: 'undecidable' };

/** What is known beside the listing when a row is looked for. */
interface Knowledge {
  /** Ids of leads that are known to belong to other rows. */
  readonly taken: ReadonlySet<string>;
  /** Whether some other row, of this file or of another import, would look the same in the listing. */
  readonly twin: boolean;
  /** Whether the listing has had time to show whatever was sent. */
  readonly listingSettled: boolean;
  /** Before this nothing of the batch was sent. */
  readonly since: EpochMs;
}

/**
 * What a resemblance is worth for a lead that says of itself that it is older than the first attempt. It was asked for
 * by date, so it should not be there: either the API does not filter, or its dates are not what they seem. Such a lead
 * decides nothing, and one that only perhaps resembles the row is another one.
 */
const dated = (lead: ListedLead, found: Resemblance, since: EpochMs): Resemblance => {
  const isOlder = Date.parse(lead.createdAt ?? '') < since;
  if (!isOlder) return found;
  return found === 'same' ? 'possible' : 'different';
};

/**
 * Looks for a row in the listing. It is created only where exactly one lead can be it, resembles it in every field, and
 * no other row could be that lead; it is absent only where no lead can be it. Everything else a person must look at.
 */
const findRow = (work: CreateWork, listed: readonly ListedLead[], knowledge: Knowledge): Finding => {
  const sent = visibleFields(work.lead);
  const candidates = listed
    .filter(({ id }) => !knowledge.taken.has(id))
    .map((lead) => ({ id: lead.id, resemblance: dated(lead, resemblance(sent, lead.fields), knowledge.since) }))
    .filter((candidate) => candidate.resemblance !== 'different');
  const [only] = candidates;
  if (only === undefined) return { kind: knowledge.listingSettled ? 'absent' : 'too_early' };
  if (candidates.length === 1 && only.resemblance === 'same' && !knowledge.twin)
    return { kind: 'created', leadId: only.id };
  return { kind: 'undecidable' };
};

interface OtherImports {
  /** Ids of listed leads that other imports created. */
  readonly created: ReadonlySet<string>;
  /** What uncertain rows look like that other imports may be creating too. */
  readonly visible: ReadonlySet<string>;
}

/** Other imports asked at once. */
const asksAtOnce = 8;

const visibleOf = ({ rows }: Batch, index: number): string => {
  const work = rows[index]?.work;
  return work?.kind === 'create' ? work.visible : '';
};

/**
 * What all other imports say about the listed leads and the uncertain rows. They are asked after the listing was made:
 * an import enters the register before it sends, so whatever the listing shows of it is found here. One that entered
 * longer ago than the longest give-up time has ended before anything of this batch was sent.
 */
const otherImports = async (
  store: ObjectStore,
  batch: Batch,
  since: EpochMs,
  listed: readonly ListedLead[],
  uncertain: readonly number[],
): Promise<OtherImports> => {
  const ids = new Set(listed.map(({ id }) => id));
  const looks = new Set(uncertain.map((index) => visibleOf(batch, index)));
  const found = { created: new Set<string>(), visible: new Set<string>() };
  const read = async (key: string): Promise<boolean> => {
    const file = await store.get(key);
    if (file === undefined) return false;
    for await (const { leadId, visible } of decodeFingerprints(file.body)) {
      if (leadId !== '' && ids.has(leadId)) found.created.add(leadId);
      if (leadId === '' && looks.has(visible.toString('hex'))) found.visible.add(visible.toString('hex'));
    }
    return true;
  };
  const oldest = since - limits.maxGiveUpAfterMs - limits.clockSkewMs;
  const others = (await readRegister(store)).filter(
    ({ importId, registeredAt }) => importId !== batch.importId && Date.parse(registeredAt) >= oldest,
  );
  await pMap(
    others,
    async ({ importId, digest }) => {
      if (!(await read(ledgerKey(importId)))) await read(fingerprintsKey(importId, digest));
    },
    { concurrency: asksAtOnce },
  );
  return found;
};

/**
 * Settles by the listing which rows that may have been sent are at the API. Rows that are not become unsent again;
 * where it is too early, or the API does not answer, they stay as they are and the notebook says why.
 */
export const reconcile = async (
  batch: Batch,
  journal: Journal,
  notebook: Notebook,
  deadline: EpochMs,
  dependencies: SubmitterDependencies,
): Promise<void> => {
  const { store, api, clock, log, listingSettleMs } = dependencies;
  const uncertain = notebook.rowsIn('maybe');
  if (uncertain.length === 0) return;
  const since = journal.firstAttemptAt - limits.clockSkewMs;
  const askedAt = clock.now();
  const answer = await api.list({ dateFrom: isoTime(since) }, deadline - limits.savingMs);
  if (answer.kind === 'trouble') {
    notebook.listingTrouble = answer.trouble;
    return;
  }
  const listed = answer.leads;
  const others = listed.length === 0 ? undefined : await otherImports(store, batch, since, listed, uncertain);
  const taken = new Set([...(others?.created ?? []), ...notebook.leadIds]);
  const listingSettled = askedAt >= notebook.sentUntil + listingSettleMs;
  let created = 0;
  for (const index of uncertain) {
    const work = batch.rows[index]?.work;
    const row = notebook.rows[index];
    if (work?.kind !== 'create' || row?.state !== 'maybe') throw new Error('only a lead to create can be uncertain');
    const twin = work.twin || (others?.visible.has(work.visible) ?? false);
    const finding = findRow(work, listed, { taken, twin, listingSettled, since });
    if (finding.kind === 'created') {
      created += 1;
      notebook.rows[index] = {
        state: 'attaching',
        leadId: finding.leadId,
        documents: [],
        problems: [],
        tries: row.tries,
      };
    } else if (finding.kind === 'absent') {
      notebook.rows[index] = { state: 'unsent', tries: row.tries };
    } else if (finding.kind === 'undecidable') {
      notebook.rows[index] = { state: 'settled', outcome: unconfirmed() };
    }
  }
  log('batch_reconciled', { importId: batch.importId, batch: batch.batch, rows: uncertain.length, created });
};
