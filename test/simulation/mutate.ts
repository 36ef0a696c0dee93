import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { replaceGuard } from './find-guard.ts';
import type { Mutant } from './mutant.ts';
import { mutants } from './mutants.ts';

const root = join(import.meta.dirname, '..', '..');
/** What a simulation needs of the project. */
const copied = ['package.json', 'vitest.config.ts', 'infra', 'lambdas', 'shared', 'test'];

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** The file with its guard changed. Throws where the guard is not found. */
const mutated = ({ name, file, guard, instead }: Mutant): string => {
  try {
    return replaceGuard(readFileSync(join(root, file), 'utf8'), guard, instead);
  } catch (error) {
    throw new Error(`The guard of "${name}" is not to be found in ${file}.`, { cause: error });
  }
};

/** A copy of the project with one guard changed. */
const mutatedCopy = (mutant: Mutant): string => {
  const directory = mkdtempSync(join(tmpdir(), 'mutant-'));
  for (const part of copied) cpSync(join(root, part), join(directory, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
  writeFileSync(join(directory, mutant.file), mutated(mutant));
  return directory;
};

/** Runs the tests that are to notice a mutant; answers what they say, or undefined where they pass. */
const test = (mutant: Mutant, tests: readonly string[]): string | undefined => {
  const directory = mutatedCopy(mutant);
  try {
    const vitest = join(directory, 'node_modules', 'vitest', 'vitest.mjs');
    const { status, stdout } = spawnSync(process.execPath, [vitest, 'run', ...tests], {
      cwd: directory,
      encoding: 'utf8',
    });
    if (!/Tests .*passed/.test(stdout)) throw new Error(`The tests of "${mutant.name}" did not run.`);
    return status === 0 ? undefined : (/Tests .*/.exec(stdout)?.[0] ?? '');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

/** Runs seeds until one violates something; answers that seed and what it violated, or undefined where none did. */
const hunt = async (mutant: Mutant, seeds: string): Promise<string | undefined> => {
  const directory = mutatedCopy(mutant);
  try {
    const script = join(directory, 'test', 'simulation', 'simulate.ts');
    const options = [
      '--disable-warning=ExperimentalWarning',
      script,
      '--from',
      String(mutant.from ?? 1),
      '--seeds',
      seeds,
      '--until-violation',
    ];
    const child = spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    for await (const chunk of child.stdout) output += String(chunk);
    // A mutant that does not even run says nothing about the guard.
    if (!/^\d+ seeds in /m.test(output)) throw new Error(`The simulation of "${mutant.name}" did not run.`);
    return output.split('\n').find((line) => line.startsWith('seed '));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '2000' }, only: { type: 'string', default: '' } },
});

// All guards are looked for before the first hunt begins: one that has moved is told at once.
for (const mutant of mutants) mutated(mutant);
let survivors = 0;
const hunted = mutants.filter(({ name }) => name.includes(values.only));
for (const mutant of hunted) {
  const caught = mutant.tests === undefined ? await hunt(mutant, values.seeds) : test(mutant, mutant.tests);
  if (caught === undefined) survivors += 1;
  say(
    `${caught === undefined ? 'SURVIVED' : 'caught  '}  ${mutant.name}${caught === undefined ? '' : `\n          ${caught.slice(0, 160)}`}`,
  );
}
say(`${hunted.length - survivors} of ${hunted.length} mutants are caught within ${values.seeds} seeds each`);
if (survivors > 0) process.exitCode = 1;
