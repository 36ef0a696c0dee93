import type { Mutant } from './mutant.ts';

const listing = 'shared/leads-api/listing.ts';
/** APIs beyond the bounds of the simulated one, and the stories' own tests. */
export const hostileTests = ['test/lambdas/hostile-apis.test.ts', 'test/lambdas/submitter', 'test/shared/leads-api'];

/** Guards of how the API is asked and its answers and pages are read. */
export const apiMutants: readonly Mutant[] = [
  {
    name: 'one identifying field that differs tells leads apart',
    file: 'shared/leads-api/visible-lead.ts',
    guard: "return compared.length >= 2 ? 'different' : 'possible';",
    instead: "return compared.length >= 1 ? 'different' : 'possible';",
    tests: ['test/lambdas/submitter/judge-row.test.ts'],
  },
  {
    name: 'the fence: a request begins although it is too late once its turn has come',
    file: 'shared/leads-api/client.ts',
    guard: 'if (!(await sending.mayStart())) return undefined;',
    instead: '',
    tests: hostileTests,
  },
  {
    name: 'a request that was given up leaves once a connection is free',
    file: 'shared/leads-api/http.ts',
    guard: 'if (this.#withdrawn === undefined) this.#controller = controller; else controller.abort(this.#withdrawn);',
    instead: 'this.#controller = controller;',
    tests: ['test/shared/leads-api/http.test.ts'],
  },
  {
    name: 'refusals: ten in a row in the same words reject ten leads',
    file: 'lambdas/submitter/refusals.ts',
    guard: 'this.#areTrouble = this.#isRun || answer.isPage;',
    instead: 'this.#areTrouble = answer.isPage;',
    tests: hostileTests,
  },
  {
    name: 'refusals: what came before an outage was understood is rejected',
    file: 'lambdas/submitter/refusals.ts',
    guard: 'if (!refusal.isPage && !(this.#isRun && reasonOf(refusal) === this.#reason)) return true;',
    instead: 'if (!refusal.isPage) return true;',
    tests: hostileTests,
  },
  {
    name: 'refusals: what stands one behind the other waits for a creation behind it',
    file: 'lambdas/submitter/refusals.ts',
    guard: 'return this.#creations > (this.#createdBefore.get(lead) ?? this.#creations);',
    instead: 'return this.#creations < 0;',
    tests: hostileTests,
  },
  {
    name: 'refusals: a page rejects a lead',
    file: 'lambdas/submitter/refusals.ts',
    guard: 'if (!refusal.isPage && !(',
    instead: 'if (!(',
    tests: hostileTests,
  },
  {
    name: 'refusals: what is refused while others are created waits for ever',
    file: 'lambdas/submitter/refusals.ts',
    guard: 'if (this.#creations > creationsBefore || this.#createdSince(lead)) return true;',
    instead: '',
    tests: hostileTests,
  },
  {
    name: 'a connection that gave a 5xx carries the next request',
    file: 'shared/leads-api/http.ts',
    guard: 'if (status >= 500) controller.abort(new GatewayAnswer());',
    instead: '',
    tests: ['test/shared/leads-api/http.test.ts'],
  },
  {
    name: 'documents: a page with status 200 is an attachment',
    file: 'shared/leads-api/classify.ts',
    guard: "return { kind: 'trouble', trouble: troubleOf('unreadable_answer', answer, now), mayBeThere: true };",
    instead: "return { kind: 'attached', documentId: 'unknown' };",
    tests: ['test/shared/leads-api'],
  },
  {
    name: 'documents: one whose answers are lost is sent until the import gives up',
    file: 'lambdas/submitter/lost-documents.ts',
    guard: 'lost.filter(({ times }) => times >= mostLost)',
    instead: 'lost.filter(({ times }) => times >= 1_000)',
    tests: hostileTests,
  },
  {
    name: 'documents: an outage counts against each of them',
    file: 'lambdas/submitter/lost-documents.ts',
    guard: 'const by = (await answersOthers(attempt, during, dependencies)) ? 1 : 0;',
    instead: 'const by = 1;',
    tests: hostileTests,
  },
  {
    name: 'documents: all are sent while the API is asked by one',
    file: 'lambdas/submitter/attach-documents.ts',
    guard: 'const answer = await gate.pass(async () => {',
    instead: 'const answer = await ((send: () => Promise<DocumentAnswer | undefined>) => send())(async () => {',
    tests: hostileTests,
  },
  {
    name: 'the listing is read to its first page only',
    file: listing,
    guard: "yield { kind: 'page', index, sent: answer.leads, leads: all, count, hasGrown };",
    instead: "return yield { kind: 'page', index, sent: answer.leads, leads: all, count: 0, hasGrown: false };",
  },
  {
    name: 'a listed lead without an id is passed over',
    file: listing,
    guard: 'if (readable.length < page.leads.length || !isInOrder(',
    instead: 'if (!isInOrder(',
    tests: hostileTests,
  },
  {
    name: 'an API that is down is begun with at once where a lead of it is found',
    file: 'lambdas/submitter/gate.ts',
    guard: "if (this.#trouble?.code === 'unreadable_answer') this.#open();",
    instead: 'this.#open();',
    tests: hostileTests,
  },
  {
    name: 'a page that only repeats others ends the listing',
    file: listing,
    guard: 'const isEnough = seen.size >= count && !hasGrown ? 2 : mostPagesWithoutNews;',
    instead: 'const isEnough = 1;',
    tests: hostileTests,
  },
  {
    name: 'leads that come while the pages are read hide the end of the listing',
    file: listing,
    guard: 'hasGrown ||= answer.count === undefined || answer.count > count;',
    instead: '',
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
    guard: "if (!created.success || answer.status === 202) return { kind: 'in_doubt',",
    instead:
      "if (!created.success) return { kind: 'refused', httpStatus: 200, message: '', isPage: false };\n  if (!created.success) return { kind: 'in_doubt',",
  },
  {
    name: 'a 401 is the row’s fault',
    file: 'shared/leads-api/classify.ts',
    guard: "if (status === 401 || status === 407) return 'credentials_refused';",
    instead: "if (status === 407) return 'credentials_refused';",
  },
  {
    name: 'what was learned of the first page is never forgotten',
    file: listing,
    guard: 'if (!complete) memory.firstMayBeZero();',
    instead: '',
    tests: ['test/shared/leads-api'],
  },
  {
    name: 'HTTP/2 is offered, which the bundles do not have',
    file: 'shared/leads-api/http.ts',
    guard: 'connect: connectWithoutInterim({ timeout: limits.connectTimeoutMs, allowH2: false }),',
    instead: 'connect: connectWithoutInterim({ timeout: limits.connectTimeoutMs, allowH2: true }),',
    tests: ['test/shared/leads-api/http.test.ts'],
  },
  {
    name: 'an answer behind a 100 Continue is lost',
    file: 'shared/leads-api/without-interim.ts',
    guard: 'while (mayBeInterim(passed)) {',
    instead: 'while (mayBeInterim(passed) && passed.length === 0) {',
    tests: ['test/shared/leads-api/http.test.ts'],
  },
];
