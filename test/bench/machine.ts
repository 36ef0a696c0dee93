import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchmarkPage } from './benchmark-page.ts';
import { bundleFigures } from './bundles.ts';
import { costFigures } from './costs.ts';
import { type Figure, printFigure } from './figure.ts';
import { importingFigures } from './importing.ts';
import { reportingFigures } from './reporting.ts';
import { stagingFigures } from './staging.ts';
import { startingFigures } from './starting.ts';
import { workbookFigures } from './workbook-reading.ts';

/**
 * Every claim about speed, memory, size and price, each measured in processes of its own and beside its peer in the same
 * run, so that a slow machine slows both sides. `--full` adds the million rows, `--only NAME` measures one part.
 */
const full = process.argv.includes('--full');
const directory = mkdtempSync(join(tmpdir(), 'bench-'));

let parserMinutes = 5;
const parts: Readonly<Record<string, () => AsyncGenerator<Figure>>> = {
  staging: () => stagingFigures(directory, full),
  workbook: () => workbookFigures(directory),
  reporting: reportingFigures,
  costs: () => costFigures(parserMinutes),
  bundles: () => bundleFigures(directory),
  starting: () => startingFigures(directory),
  importing: () => importingFigures(directory, full),
};

const at = process.argv.indexOf('--only');
const only = at < 0 ? undefined : process.argv[at + 1];
if (only !== undefined && parts[only] === undefined)
  throw new Error(`--only ${only}: expected one of ${Object.keys(parts).join(', ')}.`);

const measured: Figure[] = [];
try {
  for (const [name, measure] of Object.entries(parts)) {
    if (only !== undefined && only !== name) continue;
    for await (const figure of measure()) {
      if (figure.figure === 'parser_1m_rows_of_38_columns') parserMinutes = figure.value;
      printFigure(figure);
      measured.push(figure);
    }
  }
  // With `--docs` the table of the documents is written anew.
  if (process.argv.includes('--docs')) writeFileSync('docs/benchmark.md', benchmarkPage(measured));
} finally {
  rmSync(directory, { recursive: true, force: true });
}
