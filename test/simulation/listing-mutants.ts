import type { Mutant } from './mutants.ts';

const reconcile = 'lambdas/submitter/reconcile.ts';
const findRows = 'lambdas/submitter/find-rows.ts';
const judgeRow = 'lambdas/submitter/judge-row.ts';
const listing = 'shared/leads-api/listing.ts';
/** APIs beyond the bounds of the simulated one, and the stories' own tests. */
export const hostileTests = ['test/lambdas/hostile-apis.test.ts', 'test/lambdas/submitter', 'test/shared/leads-api'];

/** Guards of what is believed of the API: its answers and its listing. */
export const listingMutants: readonly Mutant[] = [
  {
    name: 'the reconciliation: whatever may have been sent is sent again',
    file: judgeRow,
    guard: 'return absence(wanted.state, listing, listed, knowledge);',
    instead: "return { kind: 'absent' };",
  },
  {
    name: 'the settle time: a listing is believed at once',
    file: judgeRow,
    guard: "if (askedAt < until + settleMs) return { kind: 'open' };",
    instead: "if (askedAt < 0) return { kind: 'open' };",
    tests: hostileTests,
  },
  {
    name: 'what the listing leaves open too early is left open for good',
    file: judgeRow,
    guard: "if (listing.askedAt < wanted.state.until + knowledge.settleMs) return { kind: 'open' };",
    instead: "if (listing.askedAt < 0) return { kind: 'open' };",
    tests: hostileTests,
  },
  {
    name: 'the twin check',
    file: judgeRow,
    guard: 'related.every(isExplained) && !hasTwin)',
    instead: 'related.every(isExplained))',
  },
  {
    name: 'a lead just found to be one row’s stays a rival of its neighbour',
    file: findRows,
    guard: "if (finding.kind === 'created') found.add(finding.leadId);",
    instead: '',
    tests: ['test/lambdas/submitter/reconcile.test.ts'],
  },
  {
    name: 'twins in other imports',
    file: findRows,
    guard: 'twin: row.lead.twin || imports.twins.has(row) || isTwinInPart(look, row),',
    instead: 'twin: row.lead.twin || isTwinInPart(look, row),',
  },
  {
    name: 'rows that a list in part shows alike are told apart',
    file: findRows,
    guard: 'twin: row.lead.twin || imports.twins.has(row) || isTwinInPart(look, row),',
    instead: 'twin: row.lead.twin || imports.twins.has(row),',
    tests: ['test/lambdas/submitter/reconcile.test.ts'],
  },
  {
    name: 'a list need not show what was created shortly before it begins',
    file: reconcile,
    guard: 'knownSince(attempt, since - controlMarginMs, dependencies);',
    instead: 'knownSince(attempt, since, dependencies);',
    tests: ['test/lambdas/submitter/reconcile.test.ts'],
  },
  {
    name: 'a lead of unknown age is new',
    file: judgeRow,
    guard: "if (Number.isNaN(at)) return 'unknown';",
    instead: "if (Number.isNaN(at)) return 'new';",
    tests: ['test/lambdas/submitter/judge-row.test.ts'],
  },
  {
    name: 'a lead without a reference is another’s',
    file: judgeRow,
    guard: 'const isAnothers = byReference && lead.reference !== undefined;',
    instead: 'const isAnothers = byReference;',
    tests: ['test/lambdas/submitter/judge-row.test.ts'],
  },
  {
    name: 'one identifying field that differs tells leads apart',
    file: 'shared/leads-api/visible-lead.ts',
    guard: "return compared.length >= 2 ? 'different' : 'possible';",
    instead: "return compared.length >= 1 ? 'different' : 'possible';",
    tests: ['test/lambdas/submitter/judge-row.test.ts'],
  },
  {
    name: 'leads that are known to be another row’s',
    file: judgeRow,
    guard: 'filter(({ id }) => !taken.has(id));',
    instead: 'filter(({ id }) => id !== undefined);',
  },
  {
    name: 'the very same lead in another import counts as a twin',
    file: reconcile,
    guard: "if (row.lead.fingerprint !== lead.toString('hex')) found.twins.add(row);",
    instead: 'found.twins.add(row);',
  },
  {
    name: 'a lead that another row explains stays a rival',
    file: judgeRow,
    guard: 'related.every(isExplained) && !hasTwin)',
    instead: 'related.length === 0 && !hasTwin)',
  },
  {
    name: 'the positive control: a listing that lacks known leads proves absence',
    file: judgeRow,
    guard: 'if (!isShownAsSent(one, listed.get(one.id))) return { until, all: false };',
    instead: '',
    tests: hostileTests,
  },
  {
    name: 'a listing that shows only leads from before the row proves absence at once',
    file: judgeRow,
    guard: 'if (proven.until >= until)',
    instead: 'if (proven.until >= 0)',
    tests: hostileTests,
  },
  {
    name: 'a listing without any known lead proves absence',
    file: judgeRow,
    guard: 'if (!complete || proven.until === undefined) return open;',
    instead: "if (proven.until === undefined) return { kind: 'absent' };",
    tests: hostileTests,
  },
  {
    name: 'an outage uses up the patience with a row in doubt',
    file: judgeRow,
    guard: 'askedAt >= looked.since + patience * settleMs && looked.looks >= leastLooks;',
    instead: 'askedAt >= looked.since + patience * settleMs;',
    tests: hostileTests,
  },
  {
    name: 'looks that follow each other at once are counted',
    file: judgeRow,
    guard: 'if (askedAt < before.lookedAt + settleMs) return before;',
    instead: '',
    tests: hostileTests,
  },
  {
    name: 'a known lead of the row itself is taken for another row’s',
    file: findRows,
    guard: 'known.filter(({ fingerprint }) => fingerprint !== lead.fingerprint)',
    instead: 'known.filter(({ fingerprint }) => fingerprint !== undefined)',
    tests: hostileTests,
  },
  {
    name: 'the fence: a request begins although it is too late once its turn has come',
    file: 'shared/leads-api/client.ts',
    guard: 'if (!(await mayStart())) return undefined;',
    instead: '',
    tests: hostileTests,
  },
  {
    name: 'the listing is read to its first page only',
    file: listing,
    guard: "yield { kind: 'page', sent: answer.leads, leads, count };",
    instead: "return yield { kind: 'page', sent: answer.leads, leads, count: 0 };",
  },
  {
    name: 'a page that only repeats others ends the listing',
    file: listing,
    guard: 'const isEnough = seen.size >= count ? 2 : mostPagesWithoutNews;',
    instead: 'const isEnough = 1;',
    tests: hostileTests,
  },
  {
    name: 'a 5xx is believed to have created nothing',
    file: 'shared/leads-api/classify.ts',
    guard: "return { kind: reading.mayHaveTakenEffect ? 'in_doubt' : 'not_sent', trouble: reading.trouble };",
    instead: "return { kind: 'not_sent', trouble: reading.trouble };",
  },
  {
    name: 'an answer that cannot be read is a refusal',
    file: 'shared/leads-api/classify.ts',
    guard: "if (!created.success) return { kind: 'in_doubt',",
    instead:
      "if (!created.success) return { kind: 'refused', httpStatus: 200, message: '' };\n  if (!created.success) return { kind: 'in_doubt',",
  },
  {
    name: 'a 401 is the row’s fault',
    file: 'shared/leads-api/classify.ts',
    guard: "if (status === 401 || status === 407) return 'credentials_refused';",
    instead: "if (status === 407) return 'credentials_refused';",
  },
  {
    name: 'a row does not wait for the one whose lead may be what resembles it',
    file: findRows,
    guard: "findings.get(row)?.kind === 'undecidable' && waitsForAnother(look, row, findings)",
    instead: 'false && waitsForAnother(look, row, findings)',
    tests: ['test/lambdas/submitter/reconcile.test.ts'],
  },
  {
    name: 'what was learned of the first page is never forgotten',
    file: listing,
    guard: 'if (!complete) memory.firstMayBeZero();',
    instead: '',
    tests: ['test/shared/leads-api'],
  },
  {
    name: 'what only the time says not to be there is failed for good',
    file: reconcile,
    guard: 'finding.byTime && (isFailingAlone(state) || !sends)',
    instead: 'finding.byTime && false',
    tests: ['test/lambdas'],
  },
  {
    name: 'the API is asked from where the window begins, however early it says that leads were created',
    file: reconcile,
    guard: 'if (listings.reachBehind(behindBy(known, listed))) continue;',
    instead: '',
    tests: ['test/lambdas/submitter/reconcile.test.ts'],
  },
];
