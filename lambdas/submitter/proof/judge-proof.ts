import type { ObjectStore } from '../../../shared/bucket/object-store.ts';
import { visibleFields } from '../../../shared/leads-api/visible-lead.ts';
import { limits } from '../../../shared/limits.ts';
import { visitHeldLeads } from '../../../shared/memory/held-leads.ts';
import { readRegister } from '../../../shared/memory/register.ts';
import { batchPlaces, pageReader } from '../../../shared/state/batch-pages.ts';
import type { Manifest } from '../../../shared/state/manifest.ts';
import type { Finding, Proof } from '../../../shared/state/proof.ts';
import { type CreatedLeads, idsOf } from './created-leads.ts';
import { identityOf, isAnothers } from './identity.ts';
import type { Sightings } from './sightings.ts';

/** What a listing has shown of an import, and the leads that are not there, by their numbers. */
export interface Evidence {
  readonly created: CreatedLeads;
  readonly sightings: Sightings;
  readonly notThere: ReadonlySet<number>;
  /** Whether others that look like a lead of the import may be from long before it. */
  readonly reachesBack: boolean;
}

/** Clocks of the API's nodes differ by less than this. */
const sameMomentMs = 60_000;

/** What the list shows for the rows whose leads do not look as they were sent: their own leads, rewritten, or others. */
const findOthers = async (
  store: ObjectStore,
  manifest: Manifest,
  { created, sightings }: Evidence,
): Promise<ReadonlySet<number>> => {
  const asked = new Map<number, number>();
  for (let number = 0; number < created.count; number += 1)
    if (sightings.isShownOtherwise(number)) asked.set(created.lineOf(number), number);
  const others = new Set<number>();
  if (asked.size === 0) return others;
  const readBatch = pageReader(store);
  const { importId, run } = manifest;
  for (const [batch, place] of batchPlaces(manifest.pages).entries()) {
    const stored = await readBatch({ importId, run, batch, place });
    for (const { line, lead } of stored?.rows ?? []) {
      const number = asked.get(line);
      if (number === undefined || lead === undefined) continue;
      // What looks as another row was sent is that row's, however little the list shows.
      const isOfAnotherRow = created.withLook(sightings.lookOf(number)) !== undefined;
      const sent = identityOf(visibleFields(lead.payload));
      if (isOfAnotherRow || isAnothers(sent, sightings.identityOf(number))) others.add(number);
    }
  }
  return others;
};

/** Others that look as a lead of the import does in the list, by its number. */
const findLookalikes = ({
  created,
  sightings,
  notThere,
  reachesBack,
}: Evidence): ReadonlyMap<number, readonly string[]> => {
  const { earliest } = sightings;
  const isNew = (createdAt: number | null): boolean =>
    createdAt === null || earliest === null ? !reachesBack : createdAt >= earliest - sameMomentMs;
  const wanted = [...sightings.others].filter(([, { look, createdAt }]) => look !== '' && isNew(createdAt));
  const idsByLook = Map.groupBy(wanted, ([, { look }]) => look);
  const lookalikes = new Map<number, readonly string[]>();
  if (idsByLook.size === 0) return lookalikes;
  for (let number = 0; number < created.count; number += 1) {
    const isSeen = sightings.isShownOtherwise(number);
    if (!isSeen && !sightings.isShown(number) && !notThere.has(number)) continue;
    const alike = idsByLook.get(isSeen ? sightings.lookOf(number) : created.lookOf(number)) ?? [];
    if (alike.length > 0)
      lookalikes.set(
        number,
        alike.map(([id]) => id),
      );
  }
  return lookalikes;
};

interface OfImports {
  /** Ids of listed leads that other imports have created. */
  readonly known: ReadonlySet<string>;
  /** Looks of leads that other imports may have created. */
  readonly possible: ReadonlySet<string>;
  /** Imports that were answered with the id of a lead of this one, by its number. */
  readonly sharing: ReadonlyMap<number, string>;
}

/** What the other imports that are remembered say of the import's ids, and of those that look alike. */
const askImports = async (
  store: ObjectStore,
  importId: string,
  { created }: Evidence,
  lookalikes: ReadonlyMap<number, readonly string[]>,
): Promise<OfImports> => {
  const ids = new Set([...lookalikes.values()].flat());
  const looks = new Set([...lookalikes.keys()].map((number) => created.lookOf(number)));
  const found = { known: new Set<string>(), possible: new Set<string>(), sharing: new Map<number, string>() };
  const all = { registered: 0, ended: 0 };
  await visitHeldLeads(store, await readRegister(store), all, ({ leadId, visible }, holder) => {
    if (holder.importId === importId) return;
    if (leadId === '') {
      if (looks.size > 0 && looks.has(visible.toString('hex'))) found.possible.add(visible.toString('hex'));
      return;
    }
    if (ids.has(leadId)) found.known.add(leadId);
    const own = created.withId(leadId);
    if (own !== undefined) found.sharing.set(own, holder.importId);
  });
  return found;
};

/** What is wrong with the leads of an import: the code of each, by its number. */
type Verdicts = ReadonlyMap<number, Finding['code']>;

/** Of those that are there, which are shown as a lead that was sent so: where the lead of a row seems to be. */
const seemsToBe = ({ created, sightings }: Evidence, others: ReadonlySet<number>): ReadonlyMap<number, number> => {
  const places = new Map([...others].map((number) => [sightings.lookOf(number), number]));
  return new Map(
    [...others].flatMap((number) => {
      const place = places.get(created.lookOf(number));
      return place === undefined ? [] : [[number, place] as const];
    }),
  );
};

type Judged = Pick<Proof, 'there' | 'notThere' | 'twice' | 'other' | 'findings'>;

/** Holds every lead of an import against what the list has shown. */
export const judgeProof = async (store: ObjectStore, manifest: Manifest, evidence: Evidence): Promise<Judged> => {
  const { importId } = manifest;
  const { created, notThere } = evidence;
  const others = await findOthers(store, manifest, evidence);
  const lookalikes = findLookalikes(evidence);
  const { known, possible, sharing } = await askImports(store, importId, evidence, lookalikes);
  const unexplained = new Map(
    [...lookalikes].flatMap(([number, alike]) => {
      const look = created.lookOf(number);
      if (possible.has(look) || created.isDoubtful(look)) return [];
      return alike.filter((id) => !known.has(id)).map((id) => [number, id] as const);
    }),
  );
  const verdicts = new Map<number, Finding['code']>([
    ...[...sharing.keys()].map((number) => [number, 'same_lead'] as const),
    ...[...unexplained.keys()].map((number) => [number, 'maybe_twice'] as const),
    ...[...others].map((number) => [number, 'other_lead'] as const),
    ...[...notThere].map((number) => [number, 'not_at_lumi'] as const),
  ]);
  const counts = countsOf(verdicts, created.count);
  const numbers = [...verdicts.keys()].toSorted((one, other) => one - other).slice(0, limits.maxFindings);
  const elsewhere = seemsToBe(evidence, others);
  const ids = await idsOf(store, importId, new Set([...numbers, ...elsewhere.values()]));
  const findings = numbers.map((number): Finding => {
    const code = verdicts.get(number) ?? 'not_at_lumi';
    const place = elsewhere.get(number);
    const otherId = place === undefined ? unexplained.get(number) : ids.get(place);
    const sharedWith = sharing.get(number);
    return {
      line: created.lineOf(number),
      code,
      leadId: ids.get(number) ?? '',
      ...(otherId !== undefined && { otherId }),
      ...(code === 'same_lead' && sharedWith !== undefined && { importId: sharedWith }),
    };
  });
  return { ...counts, findings };
};

const countsOf = (verdicts: Verdicts, all: number): Omit<Judged, 'findings'> => {
  const counts = { notThere: 0, twice: 0, other: 0 };
  for (const code of verdicts.values()) {
    if (code === 'not_at_lumi') counts.notThere += 1;
    if (code === 'maybe_twice') counts.twice += 1;
    if (code === 'other_lead') counts.other += 1;
  }
  return { ...counts, there: all - counts.notThere - counts.twice - counts.other };
};
