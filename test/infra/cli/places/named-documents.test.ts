import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { namedDocuments } from '../../../../infra/cli/places/named-documents.ts';
import { aCsv, rows } from '../../../support/sample-rows.ts';

it('documents are found as the importer reads their names: with or without documents/, below a title, several in a cell', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'named-'));
  const documents = join(directory, 'documents');
  mkdirSync(join(documents, 'smith'), { recursive: true });
  for (const name of ['smith/id.pdf', 'bank.pdf']) writeFileSync(join(documents, name), 'a document');
  const cells = ['documents/smith/id.pdf', 'bank.pdf; gone.pdf', '../outside.pdf'];
  const table = rows(3).map((row, index) => ({ ...row, Documents: cells[index] ?? '' }));
  const file = join(directory, 'leads.csv');
  writeFileSync(file, `Leads of November\n${aCsv(table)}`);
  const { found, missing } = await namedDocuments(file, documents);
  expect({ names: found.map(({ name }) => name), missing }).toEqual({
    names: ['smith/id.pdf', 'bank.pdf'],
    missing: 1,
  });
});
