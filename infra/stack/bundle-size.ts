import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFunctions } from './bundle.ts';

/** Prints how large each function's bundle is. */
const directory = mkdtempSync(join(tmpdir(), 'bundles-'));
try {
  for (const { name, sizeBytes } of await bundleFunctions(directory))
    process.stdout.write(`${name.padEnd(10)} ${(sizeBytes / 1000).toFixed(0).padStart(5)} kB\n`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
