import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { upToDate } from './readme.ts';

// `npm run docs`: writes the codes of the catalogues and the lines of the samples' reports into the README.
const readme = join(import.meta.dirname, '..', '..', 'README.md');
writeFileSync(readme, await upToDate(readFileSync(readme, 'utf8')));
