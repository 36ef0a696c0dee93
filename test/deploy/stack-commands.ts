import { deepEqual, equal, match } from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Summary } from '../../shared/report/summary.ts';
import { aCsv, rows } from '../support/sample-rows.ts';
import { progressOf } from './acts.ts';
import { runCommand } from './command.ts';
import { rightCredentials, type SandboxApi } from './sandbox-api.ts';
import type { Target } from './target.ts';

const main = join(import.meta.dirname, '..', '..', 'infra', 'cli', 'main.ts');

/** Uses a deployed stack from the command line: lists imports, shows and watches one, cancels it, and fetches a report. */
export const useFromCommandLine = async (stack: string, target: Target, api: SandboxApi): Promise<void> => {
  const credentials = { LUMI_USERNAME: rightCredentials.username, LUMI_PASSWORD: rightCredentials.password };
  const run = (...args: string[]): Promise<string> =>
    runCommand(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
      ...process.env,
      ...credentials,
    });
  const imports = (await run('imports', '--all', '--stack', stack, '--json')).trim().split('\n');
  equal(
    imports.filter((line) => line.includes('"state":"completed"')).length > 5,
    true,
    'the imports before are listed',
  );

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
    const [ended] = imports
      .map((line) => JSON.parse(line) as Summary)
      .filter(({ statuses }) => statuses.created === 10);
    const options = ['--stack', stack, '--statuses', '--api-url', api.url, '--out', out, '--json'];
    await run('report', ended?.importId ?? '', ...options);
    equal(readFileSync(join(out, 'statuses.csv'), 'utf8').trim().split('\n').length, 11);
    deepEqual((JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8')) as Summary).statuses.created, 10);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
};
