import { deepEqual, equal, match } from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registerKey } from '../../shared/bucket/keys.ts';
import type { Summary } from '../../shared/report/summary.ts';
import { aCsv, rows, type SampleRow } from '../support/sample-rows.ts';
import { countsOf, progressOf } from './acts.ts';
import { commandLineOf, type Run } from './command-line.ts';
import { findFaults } from './doctor-faults.ts';
import type { Person } from './person.ts';
import type { SandboxApi } from './sandbox-api.ts';
import { importCsv } from './scenario.ts';
import type { Target } from './target.ts';

/** Imports a file with documents, some of which it names, and sees them at the API. */
const importFolder = async (folder: string, target: Target, run: Run): Promise<void> => {
  mkdirSync(join(folder, 'documents'), { recursive: true });
  for (const name of ['one.pdf', 'other.pdf']) writeFileSync(join(folder, 'documents', name), `what ${name} says`);
  const table = rows(3, 130_000).map((row, index) => ({ ...row, Documents: index === 0 ? 'one.pdf' : '' }));
  writeFileSync(join(folder, 'leads.csv'), aCsv(table));
  await run('import', join(folder, 'leads.csv'), '--out', join(folder, 'report'));
  const summary = JSON.parse(readFileSync(join(folder, 'report', 'summary.json'), 'utf8')) as Summary;
  deepEqual([summary.statuses.created, summary.documents.attached], [3, 1]);
  const uploaded = (await target.list('documents/cli/')).map((key) => key.split('/').at(-1));
  deepEqual(uploaded, ['one.pdf'], 'only what the file names is uploaded, into a folder of its own');
};

/** Lists the leads at lumi: all of them, each once, and by every filter. */
const listLeads = async (api: SandboxApi, run: Run): Promise<void> => {
  const all = api.leads().map(({ id }) => id);
  equal(all.length > 5_000, true, 'there are several pages of leads');
  const listed = async (...filter: string[]): Promise<string[]> =>
    (await run('leads', '--api-url', api.url, '--json', ...filter))
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => (JSON.parse(line) as { readonly id: string }).id);
  deepEqual((await listed()).toSorted(), all.toSorted());
  const [first = ''] = all;
  deepEqual(await listed('--id', first), [first]);
  const [before, after] = ['2020-01-01', '2099-01-01'];
  // All leads of the sandbox have one status.
  for (const filter of [
    ['--from', before, '--to', after],
    ['--status', 'WAITING_FOR_CALL'],
    ['--application-status', 'SUBMITTED'],
  ])
    equal((await listed(...filter)).length, all.length, filter.join(' '));
  for (const filter of [
    ['--from', after],
    ['--to', before],
    ['--status', 'FUNDED'],
    ['--application-status', 'IN_PROCESS'],
  ])
    equal((await listed(...filter)).length, 0, filter.join(' '));
  match(await run('lead', first, '--api-url', api.url), new RegExp(first));
};

/** Erases a person: no object of the bucket holds the address any more, and nothing of it is sent again. */
const eraseSomebody = async (stack: string, target: Target, api: SandboxApi): Promise<void> => {
  await target.put('documents/erased/licence.pdf', 'what the licence says');
  const table: readonly SampleRow[] = rows(12, 160_000).map((row, index) => ({
    ...row,
    Documents: index === 4 ? 'erased/licence.pdf' : '',
  }));
  const address = table[4]?.['Email'] ?? '';
  await importCsv(target, 'somebody', aCsv(table));
  await progressOf(target, 'somebody', ({ state }) => state === 'completed');
  const before = api.leads().length;
  const said = await commandLineOf({})('erase', '--stack', stack, '--email', address, '--yes', '--json');
  match(said, /"rows":1,"others":11,"documents":\["documents\/erased\/licence\.pdf"\]/);
  for (const key of await target.list('')) {
    const bytes = Buffer.from((await target.bytes(key)) ?? []);
    equal(bytes.includes(address), false, `${key} holds nothing of the person`);
  }
  deepEqual(await target.list('documents/erased/'), []);
  deepEqual(
    countsOf(
      await importCsv(target, 'somebody again', aCsv(table.slice(0, 5).map((row) => ({ ...row, Documents: '' })))),
    ),
    { duplicate: 5 },
  );
  equal(api.leads().length, before);
};

/** Removes the register of imports: nothing is sent, and what was sent before is known again once it was made anew. */
const loseRegister = async (stack: string, target: Target, api: SandboxApi): Promise<void> => {
  const csv = aCsv(rows(20, 150_000));
  const { summary } = await importCsv(target, 'remembered', csv);
  equal(summary.statuses.created, 20);
  await target.account?.erase(registerKey);
  const before = api.leads().length;
  equal((await importCsv(target, 'forgotten', csv)).summary.fileError?.code, 'register_gone');
  const engineer = commandLineOf({});
  const said = await engineer('doctor', '--stack', stack, '--api-url', api.url).catch((error: Error) => error.message);
  match(said, /WRONG.*register/);
  match(await engineer('doctor', '--stack', stack, '--rebuild-register', '--yes'), /it is missing.*was written/s);
  deepEqual(countsOf(await importCsv(target, 'known again', csv)), { duplicate: 20 });
  equal(api.leads().length, before);
};

/**
 * Uses a deployed stack from the command line. A person with the rights of the user policy lists imports, shows and
 * watches one, cancels it, fetches a report, checks a file and imports one with documents; what is for the engineer is
 * done with the engineer's rights.
 */
export const useFromCommandLine = async (
  stack: string,
  target: Target,
  api: SandboxApi,
  person: Person,
): Promise<void> => {
  const run = commandLineOf(person);
  // What is said beside the data stands between the lines.
  const listed = (await run('imports', '--all', '--stack', stack, '--json'))
    .split('\n')
    .filter((line) => line.startsWith('{'));
  const imports = listed.map((line) => JSON.parse(line) as Summary);
  equal(imports.filter(({ state }) => state === 'completed').length > 5, true, 'the imports before are listed');

  await api.goDown();
  await target.put('incoming/by hand/terminal.csv', aCsv(rows(60, 120_000)));
  const { importId } = await progressOf(target, 'by hand/terminal', ({ rows: count }) => count === 60);
  match(await run('status', importId, '--stack', stack), /by hand\/terminal\.csv.*0 of 60 rows have ended/s);
  match(await run('cancel', importId, '--stack', stack), /is cancelled/);
  // An import of which rows need a person ends with 2.
  const watched = await run('status', importId, '--stack', stack, '--watch').catch((error: Error) => error.message);
  match(watched, /ended with 2.*cancelled: 60 of 60 rows have ended \(60 failed\)/s);
  await api.comeBack();

  const out = mkdtempSync(join(tmpdir(), 'lumi-report-'));
  try {
    const ended = imports.find(({ statuses }) => statuses.created === 10);
    const options = ['--stack', stack, '--statuses', '--api-url', api.url, '--out', out, '--json'];
    await run('report', ended?.importId ?? '', ...options);
    equal(readFileSync(join(out, 'statuses.csv'), 'utf8').trim().split('\n').length, 11);
    deepEqual((JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8')) as Summary).statuses.created, 10);
    await run('report', ended?.importId ?? '', '--stack', stack, '--verify', '--out', out);
    const { proof } = JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8')) as Summary;
    deepEqual([proof?.state, proof?.there], ['done', 10], 'a person has an import compared once more');
    await findFaults(stack, target, api);
    await eraseSomebody(stack, target, api);
    await loseRegister(stack, target, api);
    await listLeads(api, run);
    const file = join(out, 'checked.csv');
    writeFileSync(file, aCsv(rows(4, 140_000)));
    const before = api.leads().length;
    match(await run('check', file, '--stack', stack, '--out', join(out, 'checked')), /\b4\b.*valid/s);
    equal(api.leads().length, before, 'a check sends nothing');
    await importFolder(join(out, 'sent'), target, (...args) => run(...args, '--stack', stack));
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
};
