import { readFileSync, writeFileSync } from 'node:fs';
import { brokersPage, upToDate } from './generated-parts.ts';

// `npm run docs`: writes the codes of the catalogues and the lines of the samples' reports into `docs/brokers.md`.
writeFileSync(brokersPage, await upToDate(readFileSync(brokersPage, 'utf8')));
