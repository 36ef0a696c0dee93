import { describe, expect, it } from 'vitest';
import type { FileFacts } from '../../../../lambdas/parser/row/file-facts.ts';
import { readRow } from '../../../../lambdas/parser/row/row.ts';
import { matchHeader } from '../../../../shared/header/header.ts';
import { type Mapping, noMapping, readMapping } from '../../../../shared/header/mapping.ts';
import { wellKnownNames } from '../../../../shared/header/well-known-names.ts';
import { canonicalColumns } from '../../../../shared/lead/lead.ts';
import { codeAndColumn } from '../../../../shared/words/problem.ts';
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
  'Documents',
  'Colour',
  'lead__Id',
  'lead__Documents',
];
const good = ['Ava', 'ava@example.com', '0491570006', 'Harbour Cafe', '51824753556', '15000', '52', '', 'blue', '', ''];

const withCells = (changes: Readonly<Record<string, string>>): string[] =>
  header.map((name, index) => changes[name] ?? good[index] ?? '');

describe('a row', () => {
  it('a row becomes the nested lead of the API without empty cells and unknown columns', () => {
    expect(readRow(good, planOf(header))).toEqual({
      kind: 'lead',
      lead: {
        customer: { first_name: 'Ava', email: 'ava@example.com', phone: '0491570006' },
        company: { name: 'Harbour Cafe', abn: 51824753556 },
        loan: { requested_amount: 15000, installments: 52 },
      },
      documents: [],
      warnings: [],
    });
  });

  it('a rejected row has all of its problems at once, each with column, value and expectation', () => {
    const reading = readRow(
      withCells({ 'First Name': ' ', Email: 'nope', Amount: 'lots', Documents: '/etc/passwd' }),
      planOf(header),
    );
    if (reading.kind !== 'rejected') throw new Error('the row is not rejected');
    expect(reading.problems.map(({ code, column }) => `${code}:${column}`)).toEqual([
      'required:customer.first_name',
      'invalid_email:customer.email',
      'not_a_number:loan.requested_amount',
      'invalid_document_key:documents',
    ]);
    expect(reading.problems[1]?.what).toBe('Email holds "nope": expected an e-mail address such as name@example.com.');
  });

  it.each([
    '../a.pdf',
    'a/../b.pdf',
    '/a.pdf',
    'C:\\a.pdf',
    'state/register.json',
    'incoming/a.csv',
    'a//b.pdf',
    'https://example.com/a.pdf',
    './a.pdf',
  ])('a row cannot name the document %s', (name) => {
    expect(readRow(withCells({ Documents: name }), planOf(header)).kind).toBe('rejected');
  });

  it('a row without an e-mail address is told that, where lumi needs no more than a name beside it', () => {
    const cells = header.map((name) => (name === 'First Name' ? 'Mira' : ''));
    const codes = (enforceMandatories: boolean) => {
      const reading = readRow(cells, planOf(header, enforceMandatories));
      return reading.kind === 'rejected' ? reading.problems.map(codeAndColumn) : [];
    };
    expect(codes(false)).toEqual(['required:customer.email']);
    expect(codes(true)).toEqual(['nothing_of_a_lead']);
  });

  it('a row may name documents with or without their prefix, and each counts once', () => {
    const reading = readRow(withCells({ Documents: 'a.pdf; documents/b.pdf;a.pdf' }), planOf(header));
    expect(reading).toMatchObject({ kind: 'lead', documents: ['a.pdf', 'b.pdf'] });
  });

  it('a row with lead__Id is only about its documents, whatever its other cells hold', () => {
    const cells = withCells({
      Email: 'nope',
      Documents: 'a.pdf;b.pdf',
      lead__Id: '5b3c41aa9e8dec24a3117b3c',
      lead__Documents: 'a.pdf=d1;b.pdf=!gave_up',
    });
    expect(readRow(cells, planOf(header))).toEqual({
      kind: 'documents_only',
      leadId: '5b3c41aa9e8dec24a3117b3c',
      documents: ['a.pdf', 'b.pdf'],
      attached: 'a.pdf=d1;b.pdf=!gave_up',
      warnings: [],
      // No report says that it wrote the id.
      claim: { phone: '0491570006' },
      answered: { none: false },
    });
  });

  it('a row has as many cells as the header, except where the file shows that it has another habit', () => {
    const plan = planOf(header);
    const codes = (cells: readonly string[], facts: Partial<FileFacts> = {}): string[] => {
      const reading = readRow(cells, { ...plan, facts: { ...plan.facts, ...facts } });
      return reading.kind === 'rejected' ? reading.problems.map(({ code }) => code) : [];
    };
    expect(codes([...good, 'more'])).toEqual(['too_many_cells']);
    expect(codes([...good, '', ' '])).toEqual(['too_many_cells']);
    expect(codes([...good, '', ' '], { emptyCellsBehind: 2 })).toEqual([]);
    expect(codes([...good, ' '], { emptyCellsBehind: 2 })).toEqual(['too_many_cells']);
    expect(codes(good.slice(0, 7))).toEqual(['too_few_cells']);
    expect(codes(good.slice(0, 7), { shortRows: true })).toEqual([]);
  });

  it('a row needs only a first name and an e-mail address without enforce-mandatories', () => {
    expect(readRow(['Ava', 'ava@example.com'], planOf(['First Name', 'Email'], false)).kind).toBe('lead');
    expect(readRow(['', 'ava@example.com'], planOf(['First Name', 'Email'], false)).kind).toBe('rejected');
  });

  it('a phone number whose leading zero was restored gives a warning', () => {
    expect(readRow(withCells({ Mobile: '491570006' }), planOf(header)).warnings).toMatchObject([
      { code: 'phone_zero_restored', kind: 'warning', column: 'customer.phone' },
    ]);
  });

  it('a row with a control character in a cell is rejected', () => {
    expect(readRow(withCells({ Company: 'Harbour\u0000Cafe' }), planOf(header))).toMatchObject({
      problems: [{ code: 'control_character', column: 'company.name' }],
    });
  });
});

describe('a header', () => {
  it('a header may name every canonical column in any case and with any separators', () => {
    for (const spelling of [
      (name: string) => name,
      (name: string) => name.toUpperCase(),
      (name: string) => name.replaceAll(/[._]/g, ' '),
      (name: string) => name.replaceAll(/[._]/g, '-'),
    ]) {
      const plan = planOf(canonicalColumns.map(spelling));
      expect(plan.header.columns).toEqual(canonicalColumns);
    }
  });

  it('a header may name every column by every well-known name', () => {
    for (const [column, names] of Object.entries(wellKnownNames)) {
      for (const name of names)
        expect(matchHeader([name], noMapping, false)).not.toMatchObject({ plan: { columns: [undefined] } });
      expect(canonicalColumns).toContain(column);
    }
  });

  it('a header keeps unknown columns for the report and drops those of an earlier report', () => {
    const { header: plan } = planOf(header);
    expect(plan.ignored.map((position) => plan.titles[position])).toEqual(['Colour']);
    expect(plan.kept).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('the mapping file goes before every other name', () => {
    const mapping = { ...noMapping, columns: [['Amount', 'company.average_monthly_turnover']] as Mapping['columns'] };
    expect(matchHeader(header, mapping, true)).toMatchObject({ fault: { code: 'missing_column' } });
    const matched = matchHeader(header, mapping, false);
    expect(matched.plan.columns[header.indexOf('Amount')]).toBe('company.average_monthly_turnover');
  });
});

describe('a number in another unit', () => {
  const read = (column: string, times: number, cell: string) => {
    const mapping = { ...noMapping, columns: [['Amount', { column, times }]] as Mapping['columns'] };
    return readRow(withCells({ Amount: cell }), planOf(header, false, mapping));
  };

  it.each(['50', '$50', 'A$ 50', 'AU$50', 'AUD$50', 'AUD 50', '50 AUD', '5E+1', '$50.00'])(
    '%s thousand dollars are 50,000',
    (cell) => {
      expect(read('company.average_monthly_turnover', 1000, cell)).toMatchObject({
        lead: { company: { average_monthly_turnover: 50_000 } },
      });
    },
  );

  it.each(['-$50', '($50)', '50k', '$', 'AD$50'])('%s thousand dollars are a problem of the row', (cell) => {
    expect(read('company.average_monthly_turnover', 1000, cell).kind).toBe('rejected');
  });

  it('dollars are no count of months', () => {
    expect(read('company.months_in_business', 12, '2')).toMatchObject({
      lead: { company: { months_in_business: 24 } },
    });
    for (const cell of ['$2', '2E+0']) expect(read('company.months_in_business', 12, cell).kind).toBe('rejected');
  });

  it.each([
    ['customer.phone', 'columns → Amount: customer.phone holds no number that could be multiplied'],
    ['custmer.phone', 'columns → Amount: "custmer.phone" is not a column of the importer (is it customer.phone?)'],
  ])('%s cannot be multiplied, and the mapping says so', (column, fault) => {
    expect(readMapping(JSON.stringify({ columns: { Amount: { column, times: 12 } } }))).toEqual({ fault });
  });
});

describe('an ambiguous date of a retry file', () => {
  const retried = (dates: 'DMY' | 'MDY', code: string) => {
    const names = [...header, 'DOB', 'lead__ErrorCode'];
    const cells = [...good, '05/03/1985', `required:company.name;${code}:customer.date_of_birth`];
    const reading = readRow(cells, planOf(names, true, { ...noMapping, dates }));
    return reading.kind === 'lead' ? reading.lead.customer?.date_of_birth : reading.kind;
  };

  it.each([
    ['DMY', 'ambiguous_date', 'rejected'],
    ['MDY', 'ambiguous_date', '1985-05-03'],
    ['MDY', 'ambiguous_us_date', 'rejected'],
    ['DMY', 'ambiguous_us_date', '1985-03-05'],
  ] as const)('with %s, where the report said %s, it is %s', (dates, code, expected) => {
    expect(retried(dates, code)).toBe(expected);
  });
});

describe('the values of a mapping', () => {
  const read = (given: Readonly<Record<string, number>>, cell: string) => {
    const parsed = readMapping(
      JSON.stringify({
        columns: { Colour: 'company.months_in_business' },
        values: { 'company.months_in_business': given },
      }),
    );
    if ('fault' in parsed) return parsed.fault;
    const reading = readRow(withCells({ Colour: cell }), planOf(header, true, parsed.mapping));
    return reading.kind === 'lead' ? reading.lead.company?.months_in_business : reading.kind;
  };

  it.each([
    ['< 1 year', '> 1 year'],
    ['1-3 years', '13 years'],
    ['1.5 years', '15 years'],
    ['5+ years', '5 years'],
    ['A+', 'A'],
    ['B', 'B-'],
    ['$50k+', '$50k'],
    ['1,5 years', '15 years'],
    ['½ year', '12 year'],
    ['.5', '5'],
    ['-1', '1'],
    ['5%', '5'],
    ['≤ 2', '≥ 2'],
  ])('%s is another value than %s', (one, other) => {
    expect(read({ [one]: 6, [other]: 24 }, one)).toBe(6);
    expect(read({ [one]: 6, [other]: 24 }, other)).toBe(24);
    expect(read({ [one]: 6 }, other)).not.toBe(6);
  });

  it.each([
    ['1 - 3 years', '1–3 YEARS'],
    ['$50,000', '50000'],
    ['Start-up', 'start up.'],
    ['<1 year', ' < 1  Year '],
    ['-', ' - '],
  ])('%s is the same value as %s', (one, other) => {
    expect(read({ [one]: 6 }, other)).toBe(6);
    expect(read({ [one]: 6, [other]: 6 }, other)).toBe(6);
    expect(read({ [one]: 6, [other]: 24 }, other)).toMatch(/ → .*is the same name, and means something else$/);
  });

  it('two names of one header that mean different things are a fault of the mapping', () => {
    expect(readMapping('{"columns":{"Mobile":"customer.phone","MOBILE":null,"mobile":"customer.phone"}}')).toEqual({
      fault: 'columns → MOBILE: "Mobile" is the same name, and means something else',
    });
  });
});

it('every code has a meaning and a tip', () => {
  for (const [code, { meaning, tip }] of Object.entries(problemCatalogue)) {
    expect(meaning, code).toMatch(/\.$/);
    expect(tip.length, code).toBeGreaterThan(10);
  }
});
