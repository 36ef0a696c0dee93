import { describe, expect, it } from 'vitest';
import { readRow } from '../../../../lambdas/parser/row/row.ts';
import { noMapping } from '../../../../shared/header/mapping.ts';
import { tipsFor } from '../../../../shared/words/problem.ts';
import { problemCatalogue } from '../../../../shared/words/problem-catalogue.ts';
import { planOf } from '../../../support/row-plan.ts';

const header = [
  'First Name',
  'Email',
  'Mobile',
  'Company',
  'ABN',
  'Amount',
  'Instalments',
  'DOB',
  'Credit Score',
  'Colour',
];
const good = ['Ava', 'ava@example.com', '0491570006', 'Harbour Cafe', '51824753556', '15000', '52', '', '', 'blue'];

const readingOf = (name: string, cell: string, encoding: 'utf-8' | 'windows-1252' = 'utf-8') => {
  const plan = planOf(header, true, noMapping, { delimiter: ',', encoding, isSheet: false });
  return readRow(
    header.map((each, index) => (each === name ? cell : (good[index] ?? ''))),
    plan,
  );
};

const problemsOf = (...args: Parameters<typeof readingOf>) => {
  const reading = readingOf(...args);
  return reading.kind === 'rejected' ? reading.problems : [];
};

describe('a tip', () => {
  it.each([
    ['Credit Score', 'N/A', /leave it empty/],
    ['Credit Score', '-', /leave it empty/],
    ['DOB', 'null', /leave it empty/],
    ['Amount', 'TBC', /ask the customer/],
    ['Mobile', 'unknown', /ask the customer/],
    ['ABN', 'n/a', /ask the customer/],
    ['Amount', '#REF!', /type the value itself/],
    ['DOB', '########', /type the value itself/],
    ['ABN', '4 085 616', undefined],
    ['ABN', '0408 5616', /By its ACN it would be 53 004 085 616/],
    ['Mobile', '9876 5432', /02, 03, 07 or 08/],
    ['Amount', '50k', /in full/],
    ['Amount', '12/05/2026', /made a date of the number/],
    ['Instalments', '1900-01-26 00:00:00', /made a date of the number/],
    ['Amount', '$ 15.000', /thousands or cents/],
    ['DOB', '03/27/1985', /has to say so \(dates, MDY\)/],
    ['DOB', '31/02/1985', undefined],
  ])('the tip for the %s cell %j fits its value', (name, cell, expected) => {
    const [problem] = problemsOf(name, cell);
    if (problem === undefined) throw new Error('the cell is not refused');
    const tip = tipsFor([problem]);
    expect(tip).toMatch(expected ?? problemCatalogue[problem.code].tip);
    expect(tip).not.toContain(cell);
  });

  it('a tip that two cells need is given once', () => {
    const [problem] = problemsOf('Amount', 'TBC');
    if (problem === undefined) throw new Error('the cell is not refused');
    expect(tipsFor([problem, problem])).toBe(problem.tip);
  });
});

describe('a message', () => {
  it('a message shows the value as it is in the file, with names for invisible characters', () => {
    expect(problemsOf('Amount', ' lots\u00a0of\n\u200bmoney')[0]?.what).toContain(
      '" lots<U+00A0>of<U+000A><U+200B>money"',
    );
  });

  it('a message names the column by the header of the file and a bad character by its place', () => {
    expect(problemsOf('Colour', 'bl\ufffde')[0]?.what).toMatch(/^Colour holds bytes .* from character 3 on\.$/);
    expect(problemsOf('Company', 'Harbour\u200b\u0007')[0]?.what).toContain('character 9 is U+0007');
  });
});

describe('broken accents', () => {
  it('broken accents are found in a cell that also holds a question mark', () => {
    expect(problemsOf('Company', 'CafÃ©?')[0]?.code).toBe('mojibake');
    expect(problemsOf('Company', 'CafÃ©?', 'windows-1252')[0]?.code).toBe('mojibake');
  });

  it('broken accents are not found in text that Windows-1252 cannot hold', () => {
    expect(readingOf('Company', 'Ã©中').warnings).toEqual([]);
  });
});
