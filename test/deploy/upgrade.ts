import { deepEqual, equal, match } from 'node:assert/strict';
import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import manifest from '../../package.json' with { type: 'json' };
import { registerKey } from '../../shared/bucket/keys.ts';
import { aCsv, rows, type SampleRow } from '../support/sample-rows.ts';
import { countsOf, holdAgainst, reportOf, summariesOf } from './acts.ts';
import { runCommand } from './command.ts';
import { commandLineOf } from './command-line.ts';
import type { PlacedApi, Target } from './target.ts';

/** What was deployed before 0.2.0: the last commit whose state had version 6. */
const versionBefore = { commit: '0dcf138', version: '0.1.0' };

/** Checks out the version before; undefined where this copy of the project has no history. @param root of this version */
export const checkOutBefore = async (root: string, directory: string): Promise<string | undefined> => {
  const git = (...args: string[]): Promise<string> => runCommand('git', ['-C', root, ...args], process.env);
  if (!existsSync(join(root, '.git'))) return undefined;
  const hasHistory = await git('cat-file', '-e', versionBefore.commit).then(
    () => true,
    () => false,
  );
  if (!hasHistory) return undefined;
  // A clone of its own: the work tree of whoever runs this is left alone.
  await git('clone', '--quiet', '--shared', '--no-checkout', root, directory);
  await runCommand('git', ['-C', directory, 'checkout', '--quiet', versionBefore.commit], process.env);
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
  return directory;
};

const imported = 130;
const engineMs = 4_000;

/** With phones of their own: leads of other imports that have the same one would leave a row in doubt to a person. */
const table = (first: number): readonly SampleRow[] =>
  rows(imported, first).map((row, index) => ({ ...row, Mobile: `0400${first + index}` }));

/** So many leads are created before the API lets nobody in any more. */
const sentBefore = 70;

/** Of all trouble this leaves no row in doubt, and no execution waits for its end: the engine would kill it. */
const refusesAfter = (sent: number): Record<number, '401'> =>
  Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [sent + 1 + index, '401'] as const));

/** Drops a file, and changes the version once one batch of it has ended and another one is under way. */
const inTheMiddle = async (
  target: Target,
  api: PlacedApi,
  [name, first]: readonly [string, number],
  act: () => Promise<void>,
): Promise<void> => {
  const before = api.leads().length;
  api.script(refusesAfter(sentBefore));
  await target.put(`incoming/${name}.csv`, aCsv(table(first)));
  while (api.leads().length < before + sentBefore) await sleep(200);
  // The executions that were refused end, and their batches wait in the queue, however long the other version takes.
  await sleep(engineMs);
  await target.account?.whilePaused(async () => {
    await act();
    await sleep(engineMs);
    equal(api.leads().length, before + sentBefore);
    deepEqual(await summariesOf(target, name), [], 'the import waits for the API');
    api.script({});
  });
};

const createdOnce = async (target: Target, name: string): Promise<void> => {
  const report = await reportOf(target, name);
  holdAgainst(target, report);
  deepEqual(countsOf(report), { created: imported });
};

/** What deploys a version over the other one. */
export interface Versions {
  readonly deployBefore: () => Promise<void>;
  readonly deployThis: () => Promise<void>;
}

/**
 * The version before is at work; this one takes over in the middle of an import, is rolled back in the middle of
 * another, and deployed again. Every lead is there once.
 */
export const upgradeAndRollBack = async (stack: string, target: Target, api: PlacedApi, versions: Versions) => {
  const before = api.leads().length;
  await inTheMiddle(target, api, ['upgraded', 200_000], versions.deployThis);
  await createdOnce(target, 'upgraded');

  await inTheMiddle(target, api, ['rolled back', 210_000], versions.deployBefore);
  const register = await target.get(registerKey);
  await target.put('incoming/waits.csv', aCsv(rows(3, 220_000)));
  await sleep(5_000);
  deepEqual(await summariesOf(target, 'rolled back'), [], 'what only this version reads waits');
  deepEqual(await summariesOf(target, 'waits'), []);
  equal(await target.get(registerKey), register, 'and is left as it is');
  const said = await commandLineOf({})('doctor', '--stack', stack).catch((error: Error) => error.message);
  match(said, new RegExp(`version ${manifest.version}.*it has version ${versionBefore.version}`));

  await versions.deployThis();
  await createdOnce(target, 'rolled back');
  deepEqual(countsOf(await reportOf(target, 'waits')), { created: 3 });
  equal(api.leads().length, before + 2 * imported + 3, 'no lead is there twice, and none is missing');
};
