import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { corpus } from './corpus.ts';

// Writes the corpus as files, to be looked at and opened in a spreadsheet: `npm run corpus`.
const directory = join(import.meta.dirname, 'files');
rmSync(directory, { recursive: true, force: true });
mkdirSync(directory, { recursive: true });
for (const { name, bytes } of corpus) writeFileSync(join(directory, name), bytes);
process.stdout.write(`${corpus.length} files in ${directory}\n`);
