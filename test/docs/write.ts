import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withCodes } from './codes.ts';

// `npm run docs`: writes the codes of the catalogues into the README's appendix.
const readme = join(import.meta.dirname, '..', '..', 'README.md');
writeFileSync(readme, withCodes(readFileSync(readme, 'utf8')));
