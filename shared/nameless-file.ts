import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Opens a file that nobody can open by its name: it is gone with the process, however that ends. */
export const openNameless = (): number => {
  const directory = mkdtempSync(join(tmpdir(), 'lumi-'));
  try {
    return openSync(join(directory, 'file'), 'wx+', 0o600);
  } finally {
    rmSync(directory, { recursive: true });
  }
};
