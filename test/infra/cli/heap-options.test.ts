import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { heapOptions } from '../../../infra/cli/heap-options.ts';
import manifest from '../../../package.json' with { type: 'json' };

it.each(heapOptions)('npm start and the executable give %s to Node, so that nothing is started twice', (option) => {
  expect(manifest.scripts.start).toContain(option);
  expect(readFileSync('infra/cli/main.ts', 'utf8').split('\n')[0]).toContain(option);
});

it.skipIf(process.platform === 'win32')('whatever starts the command line, it runs with them', () => {
  const directory = mkdtempSync(join(tmpdir(), 'heap-'));
  const probe = join(directory, 'probe.cjs');
  writeFileSync(probe, 'process.stderr.write(JSON.stringify(process.execArgv) + "\\n")');
  try {
    const options = ['--disable-warning=ExperimentalWarning', '--require', probe];
    const { stderr, stdout } = spawnSync(process.execPath, [...options, 'infra/cli/main.ts', '--version']);
    const starts = stderr.toString().trim().split('\n');
    expect(starts).toEqual([JSON.stringify(options), JSON.stringify([...options, ...heapOptions])]);
    expect(stdout.toString()).toBe(`${manifest.version}\n`);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
