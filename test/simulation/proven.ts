import type { Summary } from '../../shared/report/summary.ts';
import type { Drop } from './people.ts';
import { leadKeyOf, type Want } from './people-rows.ts';
import { type Aftermath, gaveUp, isCreated, type ReportedRow, stuck } from './reported-rows.ts';
import type { ApiLead } from './simulated-api.ts';

const hourMs = 3_600_000;

/** What the list of leads can say of a created row. */
type Truth = 'there' | 'not_at_lumi' | 'maybe_twice' | 'other_lead' | 'unclear';

/**
 * Where the lead of a created row is, by what the API holds. Leads that look the same nobody can tell apart, nor a second
 * lead of the row from that of another row that nobody could settle.
 */
const truthOf = (
  { want, drop, reportedId, summary }: ReportedRow,
  all: readonly ReportedRow[],
  { api, people }: Aftermath,
): Truth => {
  const created = all.filter(isCreated);
  const checkedAt = Date.parse(summary.proof?.checkedAt ?? '');
  // What another import was answered is known once its report is there, which takes some time.
  const isLater = (row: ReportedRow): boolean =>
    row.drop !== drop && Date.parse(row.summary.finishedAt) >= checkedAt - hourMs;
  const known = new Set(created.map((row) => row.reportedId));
  const notKnownYet = new Set(created.filter(isLater).map((row) => row.reportedId));
  // Of rows that were answered with one id the report tells that, and the list shows one lead for all of them.
  if (created.filter((row) => row.reportedId === reportedId).length > 1) return 'unclear';
  const isOneOf = (wants: readonly Want[], { payload }: ApiLead): boolean =>
    wants.some(({ key }) => key === leadKeyOf(payload));
  const lead = api.lead(reportedId);
  if (lead === undefined) return 'not_at_lumi';
  const twins = people.twinsOf(want);
  // Its id was answered before it was there.
  if (lead.createdAt > checkedAt) return 'unclear';
  if (!isOneOf(people.lookalikesOf(want), lead)) return 'other_lead';
  // Another lead of the same customer: it may as well have been changed at lumi.
  if (!isOneOf(twins, lead)) return 'unclear';
  if (api.leads.some((other) => notKnownYet.has(other.id) && isOneOf(twins, other))) return 'unclear';
  const copies = api.leads.filter((other) => !known.has(other.id) && isOneOf(twins, other));
  if (copies.length === 0) return 'there';
  if (copies.some(({ payload }) => leadKeyOf(payload) !== want.key)) return 'unclear';
  const isTwin = (row: ReportedRow): boolean => twins.some(({ key }) => key === row.want.key);
  // What another import may still create is known by how it looks alone.
  const isLeftOpen = ({ status, summary: other }: ReportedRow): boolean =>
    status === 'unconfirmed' || status === stuck || Date.parse(other.finishedAt) >= checkedAt;
  return all.some((row) => isLeftOpen(row) && isTwin(row)) ? 'unclear' : 'maybe_twice';
};

const countsOf = (truths: readonly Truth[]) => {
  const count = (wanted: Truth): number => truths.filter((truth) => truth === wanted).length;
  return {
    there: count('there'),
    notThere: count('not_at_lumi'),
    twice: count('maybe_twice'),
    other: count('other_lead'),
  };
};

/** Whether it is no fault of ours that a proof was not possible. */
const isExcused = (row: ReportedRow, proof: NonNullable<Summary['proof']>, aftermath: Aftermath): boolean => {
  const { api, world } = aftermath;
  const checkedAt = Date.parse(proof.checkedAt ?? '');
  const waitedLong = checkedAt >= row.drop.giveUpAt;
  // An empty list proves nothing.
  const isEmpty = api.leads.every(({ createdAt }) => createdAt >= checkedAt);
  return (
    api.isHostile ||
    isEmpty ||
    waitedLong ||
    gaveUp(row, aftermath) ||
    world.chronicle.marks.has('dead letter of batches')
  );
};

/** What the world holds is what the proof of an import says. */
export const checkProof = (drop: Drop, all: readonly ReportedRow[], aftermath: Aftermath): void => {
  const { world, api } = aftermath;
  const rows = all.filter((row) => row.drop === drop && row.status !== stuck);
  const created = rows.filter(isCreated);
  const [first] = rows;
  if (first === undefined || first.summary.state === 'refused') return;
  const violate = (what: string): void => world.chronicle.violate(`${drop.importId} is not proven: ${what}`);
  const { proof } = first.summary;
  if (created.length === 0 && proof !== null) violate('nothing was created');
  if (created.length === 0) return;
  if (proof === null || proof.checkedAt === null) {
    violate(`its report says ${proof?.state}`);
    return;
  }
  world.chronicle.mark(`proof ${proof.state}`);
  if (proof.state === 'not_possible' && !isExcused(first, proof, aftermath)) violate('nothing stood in the way');
  if (proof.state === 'not_possible' && !api.isHostile) world.chronicle.mark('proof not_possible at a good API');
  // A list that is read wrongly by design may show anything.
  if (proof.state === 'not_possible' || api.isHostile) return;
  const truths = created.map((row) => truthOf(row, all, aftermath));
  if (truths.includes('unclear')) return;
  const { there, notThere, twice, other } = countsOf(truths);
  if (proof.there !== there || proof.notThere !== notThere || proof.twice !== twice || proof.other !== other)
    violate(`it says ${JSON.stringify(proof)}, and ${JSON.stringify(countsOf(truths))} are so`);
  for (const [index, row] of created.entries()) {
    const truth = truths[index] ?? 'there';
    if (truth !== 'there') world.chronicle.mark(`proof found ${truth}`);
    if (truth !== 'there' && !row.codes.includes(truth))
      violate(`${row.want.key} is ${truth}, and its row says ${row.codes}`);
  }
};
