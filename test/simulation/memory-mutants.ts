import type { Mutant } from './mutant.ts';

const heldLeads = 'shared/memory/held-leads.ts';
const merge = 'lambdas/sweeper/merge-imports.ts';
const marks = 'shared/state/import-marks.ts';
const announce = 'lambdas/sweeper/announce.ts';
const deadLetters = 'lambdas/sweeper/dead-letters.ts';
const registerTests = ['test/lambdas/parser/register-gone.test.ts'];
const sentBeforeTests = ['test/lambdas/parser/sent-before.test.ts'];
const sweeperTests = ['test/lambdas/sweeper', 'test/shared/aws', 'test/shared/memory', 'test/shared/state'];

/** Guards of what imports remember of one another, and of what finds lost imports again. */
export const memoryMutants: readonly Mutant[] = [
  {
    name: 'a register that is gone is taken for one of a new bucket',
    file: 'lambdas/parser/earlier-imports.ts',
    guard: "if (await isRegisterGone(store, now, rememberedMs)) return 'register_gone';",
    instead: '',
    tests: registerTests,
  },
  {
    name: 'a register that names no import is enough',
    file: 'shared/memory/register-gone.ts',
    guard: 'if (entries.length === 0 && begun) return true;',
    instead: 'if (entries.length === 0) return false;',
    tests: registerTests,
  },
  {
    name: 'what a shorter window forgot stops every import',
    file: 'shared/memory/register-gone.ts',
    guard: 'return ended.some((importId) => importId >= oldest && !known.has(importId));',
    instead: 'return ended.some((importId) => !known.has(importId));',
    tests: registerTests,
  },
  {
    name: 'a refused import holds its leads',
    file: heldLeads,
    guard: 'if (manifest !== undefined && manifest.faults.length > 0) return;',
    instead: '',
    tests: ['test/lambdas/parsing.test.ts'],
  },
  {
    name: 'the last possible send of an expired attempt is when it began',
    file: 'shared/state/lease.ts',
    guard: '{ leasedAt: sentAt, leaseUntil: until }: Journal',
    instead: '{ leasedAt: sentAt, leasedAt: until }: Journal',
    tests: ['test/shared/memory', 'test/shared/state', 'test/lambdas/submitter'],
  },
  {
    name: 'a row that an earlier import sent with other details is sent',
    file: 'lambdas/parser/stage-row.ts',
    guard: 'if (earlier !== undefined) {',
    instead: 'if (earlier !== undefined && line === 0) {',
    tests: sentBeforeTests,
  },
  {
    name: 'a lead that was left to its earlier import is held by two',
    file: 'lambdas/parser/stage-row.ts',
    guard: 'leads.leave(fingerprint); return { sentBefore',
    instead: 'return { sentBefore',
    tests: sentBeforeTests,
  },
  {
    name: 'a report does not keep the core of a lead',
    file: 'lambdas/reporter/write-report.ts',
    guard: 'bytes(lead.coreFingerprint)',
    instead: 'bytes(lead.visibleFingerprint)',
    tests: sentBeforeTests,
  },
  {
    name: 'what looks the same is another lead',
    file: 'shared/memory/fingerprint.ts',
    guard: "typeof value === 'string' ? foldedLook(value) : value",
    instead: 'value',
    tests: sentBeforeTests,
  },
  {
    name: 'the lead of a row that was rejected for its documents is held',
    file: 'lambdas/parser/stage-row.ts',
    guard: "if (row.kind === 'unsent' && begun.state.state !== 'ended' && staged.state.state === 'ended')",
    instead: "if (row.kind === 'documents_only')",
    tests: ['test/lambdas/parser/document-names.test.ts'],
  },
  {
    name: 'merged imports are not asked',
    file: heldLeads,
    guard: 'isAsked(latestAt, since.ended)',
    instead: 'isAsked(latestAt, since.ended) && since.ended < 0',
  },
  {
    name: 'a merge takes imports that still run',
    file: merge,
    guard: 'const ended = entries.filter(({ importId }) => isEnded(importId));',
    instead: 'const ended = entries;',
  },
  {
    name: 'a merged file is not named in the register',
    file: merge,
    guard: 'merged: [...left.merged, { name, level, latestAt }]',
    instead: 'merged: left.merged',
  },
  {
    name: 'of two merges of the same imports both count',
    file: merge,
    guard: 'if (taken < importIds.size + names.size) return undefined;',
    instead: '',
    tests: sweeperTests,
  },
  {
    name: 'an upload has another name for whoever asks second',
    file: marks,
    guard: 'return named.value.importId;',
    instead: 'return importId;',
  },
  {
    name: 'an upload that nobody has received is not announced',
    file: announce,
    guard: 'if (known.has(identity)) continue;',
    instead: 'continue;',
  },
  {
    name: 'an upload that somebody has received is announced at every sweep',
    file: announce,
    guard: 'if (ageMs < limits.uploadMessageMs && (await isNamed(store, upload))) continue;',
    instead: '',
    tests: sweeperTests,
  },
  {
    name: 'an upload from before the life cycle is announced',
    file: announce,
    guard: '|| ageMs > limits.longestImportMs) continue;',
    instead: ') continue;',
    tests: sweeperTests,
  },
  {
    name: 'an import that ended without its report is not announced',
    file: announce,
    guard: 'const running = [...staged].filter((importId) => !ended.has(importId));',
    instead: 'const running: string[] = [];',
  },
  {
    name: 'a batch among the dead letters has no last attempt',
    file: deadLetters,
    guard: '{ ...parsed.data, last: true }',
    instead: 'parsed.data',
    tests: sweeperTests,
  },
  {
    name: 'an upload among the dead letters is tried again for ever',
    file: deadLetters,
    guard: '{ body: abandonedUpload(body) }',
    instead: '{ body }',
    tests: sweeperTests,
  },
  {
    name: 'a message is deleted before it is sent on',
    file: 'shared/aws/move-messages.ts',
    guard: "if (move !== 'done') await send([move.body], move.group);",
    instead: '',
  },
  {
    name: 'a report that was erased is written again',
    file: 'lambdas/reporter/report-import.ts',
    guard: 'if (await hasEnded(store, importId)) return;',
    instead: '',
    tests: sweeperTests,
  },
  {
    name: 'an upload whose state was erased is imported again',
    file: 'lambdas/parser/import-file.ts',
    guard: 'if (!(await hasEnded(store, importId))) return {',
    instead: 'if (importId !== undefined) return {',
    tests: sweeperTests,
  },
  {
    name: 'a batch whose journal was erased is posted again',
    file: 'lambdas/submitter/submit-batch.ts',
    guard: 'if (stored === undefined && (await hasEnded(store, message.importId))) return done;',
    instead: '',
    tests: sweeperTests,
  },
  {
    name: 'a look of the reporter that runs answers who asks meanwhile, though it may have looked before',
    file: 'lambdas/reporter/shared-look.ts',
    guard: 'toCome.delete(what); return look();',
    instead: 'return look().finally(() => toCome.delete(what));',
    tests: ['test/lambdas/reporter/shared-look.test.ts'],
  },
  {
    name: 'one clock alone has earlier imports forgotten',
    file: 'lambdas/parser/earlier-imports.ts',
    guard: 'const forgets = !(await mayNotForget(upload, now - rememberedMs, dependencies));',
    instead: 'const forgets = rememberedMs > 0 || (await mayNotForget(upload, now, dependencies));',
    tests: ['test/lambdas/parser/forgetting.test.ts'],
  },
  {
    name: 'the clock of a laptop is the one that people set',
    file: 'infra/laptop/local-importer.ts',
    guard: 'const platform = { clock: steadyClock,',
    instead: 'const platform = { clock: { ...steadyClock, now: () => Date.now() },',
    tests: ['test/system/own-clock.test.ts'],
  },
  {
    name: 'what a clock that was ahead has left waits for tomorrow',
    file: 'infra/laptop/expire-leases.ts',
    guard: 'states: expired.states.map((state) => withoutFuture(state, present)),',
    instead: 'states: expired.states.map((state) => (withoutFuture(state, present) === state ? state : state)),',
    tests: ['test/system/own-clock.test.ts'],
  },
  {
    name: 'a batch whose journal was removed while its import runs is begun anew',
    file: 'lambdas/submitter/submit-batch.ts',
    guard: 'if (stored !== undefined || (await store.wasRemoved?.(key)) !== true) return stored;',
    instead: 'if (stored !== undefined || key !== undefined) return stored;',
    tests: ['test/lambdas/submitter/lost-journal.test.ts'],
  },
  {
    name: 'a damaged journal ends no batch',
    file: 'lambdas/submitter/submit-batch.ts',
    guard: 'if (!(error instanceof DamagedState)) throw error; return lost(',
    instead: 'if (error instanceof DamagedState || key === undefined) throw error; return lost(',
    tests: ['test/lambdas/submitter/lost-journal.test.ts'],
  },
];
