import type { Mutant } from './mutant.ts';

const story = 'lambdas/submitter/proof/prove-import.ts';
const judge = 'lambdas/submitter/proof/judge-proof.ts';
const tests = ['test/lambdas/proof.test.ts', 'test/lambdas/proof-listing.test.ts'];

/** Guards of the proof: what the list is believed, and what is told of it. */
export const proofMutants: readonly Mutant[] = [
  {
    name: 'proof: the list is not given its time',
    file: story,
    guard: 'const waitMs = Math.max(proving.dueAt - now, pausedForMs);',
    instead: 'const waitMs = pausedForMs;',
    tests,
  },
  {
    name: 'proof: a list that lags calls leads missing',
    file: story,
    guard: '(looks + 1 >= looksForAbsence && showsLater(seen, created))',
    instead: 'looks + 1 >= 1',
    tests,
  },
  {
    name: 'proof: a list that hides leads which are there is believed',
    file: story,
    guard: "lookedUp === 'unknown' && isWhole && missing.length < created.count",
    instead: 'isWhole && missing.length < created.count',
    tests,
  },
  {
    name: 'proof: a list that shows nothing of the import is believed',
    file: story,
    guard: "lookedUp === 'unknown' && isWhole && missing.length < created.count",
    instead: "lookedUp === 'unknown' && isWhole",
    tests,
  },
  {
    name: 'proof: a row that shares its lead with another one is missing',
    file: story,
    guard: '!sightings.isShown(number) && !created.hasIdOfEarlier(number)',
    instead: '!sightings.isShown(number)',
    tests,
  },
  {
    name: 'proof: a list that cannot be read is waited for until give-up',
    file: story,
    guard: 'isLast || unread >= mostUnread',
    instead: 'isLast',
    tests,
  },
  {
    name: 'proof: a listing that was read in part begins anew',
    file: 'lambdas/submitter/proof/read-window.ts',
    guard: 'mostPages: limits.maxProofPages, from: goesOn',
    instead: 'mostPages: limits.maxProofPages, from: undefined',
    tests,
  },
  {
    name: 'proof: an API that does not give leads by their ids has none of them',
    file: 'lambdas/submitter/proof/look-up.ts',
    guard: "if (shown !== 'shown') return 'unknown';",
    instead: '',
    tests,
  },
  {
    name: 'proof: what shows nothing of a lead looks like any other',
    file: 'lambdas/submitter/proof/sightings.ts',
    guard: 'fields.email !== undefined || fields.phone !== undefined',
    instead: 'fields.email !== fields.phone || fields !== undefined',
    tests,
  },
  {
    name: 'proof: a lead from before the import is its second one',
    file: judge,
    guard: 'createdAt >= earliest - sameMomentMs',
    instead: 'createdAt !== earliest + 1',
    tests,
  },
  {
    name: 'proof: the lead of another import is a second one',
    file: judge,
    guard: 'alike.filter((id) => !known.has(id))',
    instead: 'alike.filter((id) => id !== known.size.toString())',
    tests,
  },
  {
    name: 'proof: the lead of a row that nobody could settle is a second one',
    file: judge,
    guard: 'if (possible.has(look) || created.isDoubtful(look)) return [];',
    instead: 'if (possible.has(look)) return [];',
    tests,
  },
  {
    name: 'proof: an e-mail address that was changed makes a lead a stranger',
    file: 'lambdas/submitter/proof/identity.ts',
    guard: 'return isIdentifying && compared.every((word) => sent[word] !== listed[word]);',
    instead: 'return isIdentifying && sent[0] !== listed[0];',
    tests,
  },
  {
    name: 'proof: an API that writes names and e-mail addresses its own way has strangers only',
    file: 'lambdas/submitter/proof/identity.ts',
    guard: 'const isIdentifying = compared.filter((word) => word < identifyingWords).length >= 2;',
    instead: 'const isIdentifying = compared.length >= 1;',
    tests: ['test/lambdas/submitter/identity.test.ts'],
  },
  {
    name: 'proof: of two at once the second counts too',
    file: 'shared/state/proof.ts',
    guard: 'if (known !== undefined && known.value.askedAt >= proof.askedAt) return;',
    instead: '',
  },
  {
    name: 'proof: a lost word to the reporter is not said again',
    file: 'lambdas/sweeper/dead-letters.ts',
    guard: "return isOfProof ? { body } : 'done';",
    instead: "return isOfProof ? 'done' : 'done';",
  },
  {
    name: 'proof: it is told anew each time',
    file: 'lambdas/reporter/tell-proof.ts',
    guard: 'published.proof?.checkedAt === proof.checkedAt',
    instead: 'published.proof === null',
    tests,
  },
  {
    name: 'proof: a report whose rows were erased is written again',
    file: 'lambdas/reporter/tell-proof.ts',
    guard: 'if ((await store.head(pageKey(importId, manifest.run, 0))) === undefined) return;',
    instead: '',
    tests,
  },
  {
    name: 'proof: nobody asks for it',
    file: 'lambdas/reporter/report-import.ts',
    guard: "if (proof?.state === 'pending')",
    instead: 'if (proof === undefined)',
  },
  {
    name: 'proof: a late first report takes it away',
    file: 'lambdas/reporter/report-import.ts',
    guard: 'if ((await readProof(store, importId)) !== undefined) await tellProof(importId, dependencies);',
    instead: '',
    tests: ['test/lambdas/proof.test.ts'],
  },
];
