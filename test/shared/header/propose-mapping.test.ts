import { describe, expect, it } from 'vitest';
import { twoNamesOf } from '../../../shared/header/full-name.ts';
import type { Meaning } from '../../../shared/header/mapping.ts';
import { proposeMapping } from '../../../shared/header/propose-mapping.ts';
import type { SeenColumn } from '../../../shared/header/seen-column.ts';
import { foldedName } from '../../../shared/words/folded-name.ts';
import { anAbn } from '../../support/sample-rows.ts';

const rules = { dates: 'DMY', today: '2026-11-25' } as const;

const column = (title: string, ...values: readonly string[]): SeenColumn => {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return { title, values: counts };
};

/** What is proposed for columns beside those of a plain file; `?` where somebody has to say. */
const proposed = (
  columns: readonly SeenColumn[],
  decided: readonly [string, Meaning][] = [],
): Record<string, unknown> =>
  Object.fromEntries(
    proposeMapping(
      columns,
      new Map(decided.map(([title, meaning]) => [foldedName(title), meaning])),
      rules,
    ).columns.map(({ title, meaning, certainty }) => [
      title,
      certainty === 'ask' ? `? ${JSON.stringify(meaning)}` : meaning,
    ]),
  );

const split = { split: ['customer.first_name', 'customer.last_name'] };

describe('a proposed mapping', () => {
  it('a name that holds two words is taken apart, and one that holds companies is not', () => {
    expect(proposed([column('Client Name', 'Mia Nguyen', 'Vincent van der Berg')])).toEqual({ 'Client Name': split });
    expect(proposed([column('Client', 'Harbour Cafe Pty Ltd & Sons', 'Smith, Jones')])).toEqual({ Client: null });
  });

  it.each([
    'Contact: Full Name',
    'Applicant Full Name',
    'Borrower 1 Name',
    'Primary Contact Name',
    'Business Contact Name',
  ])('%s is both names, and no first name', (title) => {
    expect(proposed([column(title, 'Mia Nguyen', 'Vincent van der Berg')])).toEqual({ [title]: split });
    expect(proposed([column(title, 'Harbour Cafe Pty Ltd')])[title]).not.toEqual(split);
  });

  it.each(['Smith, John', 'Mira & Bo Okafor', 'Mira', 'Mr Mira Okafor'])(
    'a column of full names is asked about where one of them is %s',
    (odd) => {
      const names = Array.from({ length: 5 }, (_, at) => `Mia Nguyen${'abcde'[at]}`);
      const meaning = proposed([column('Client Name', ...names, odd, odd)]);
      expect(meaning).toEqual({ 'Client Name': `? ${JSON.stringify(split)}` });
    },
  );

  it.each([
    ['xx1', 'company.website', ['www.redgum.com.au', 'https://a.example']],
    ['xx2', 'documents', ['id.pdf', 'smith/id.jpg; abn.pdf']],
    ['xx3', 'customer.address.state', ['NSW', 'Vic']],
    ['xx4', 'loan.reason_for_loan', ['workingCapital', 'wages;hiring']],
  ])('a column without a name that says anything is asked about by what it holds: %s', (title, meaning, values) => {
    expect(proposed([column(title, ...values)])).toEqual({ [title]: `? "${meaning}"` });
    expect(proposed([column(title, 'blue', 'a.b')])).toEqual({ [title]: null });
  });

  it('the street is taken of the column that holds the street alone', () => {
    const whole = column('Address 1 - Formatted', '12 Wattle Street\nParramatta NSW 2150');
    const street = column('Address 1 - Street', '12 Wattle Street');
    expect(proposed([whole, street])).toEqual({
      'Address 1 - Formatted': null,
      'Address 1 - Street': '? "customer.address.street"',
    });
    expect(proposed([whole])['Address 1 - Formatted']).toBe('? "customer.address.street"');
  });

  it.each(['AccountNumber', 'Count', 'Lead ID', 'Customer Code'])('%s is a reference of another program', (title) => {
    expect(proposed([column(title, 'AC-1', 'AC-2')])).toEqual({ [title]: null });
  });

  it('a number of something that lumi takes is no reference, though it begins like one', () => {
    const title = 'Loan Number of Repayments';
    expect(proposed([column(title, '52', '104')])).toEqual({ [title]: '? "loan.installments"' });
  });

  it('another person’s full name is not the customer’s', () => {
    for (const title of ['Partner Full Name', 'Broker Full Name'])
      expect(proposed([column(title, 'Mia Nguyen')])).toEqual({ [title]: null });
  });

  it.each([
    ['Loan Req', ['86,000', '134,000']],
    ['Facility', ['86000', '134000']],
    ['Total lend', ['$86,000.00', '$134,000.00']],
  ])('the only amounts of money are asked about, and not kept out: %s', (title, values) => {
    const ids = column('Lead No', '102345', '102346');
    expect(proposed([ids, column(title, ...values)])).toEqual({
      'Lead No': null,
      [title]: '? "loan.requested_amount"',
    });
    expect(proposed([column('Loan Amt', '50,000'), column(title, ...values)])[title]).toBeNull();
  });

  it('columns whose values speak for themselves are found whatever they are called, and asked about: whose are they?', () => {
    const seen = [
      column('How do we reach you', 'a@example.com', 'b@example.com'),
      column('Digits', anAbn(1), anAbn(2)),
      column('Ring', '0412 345 678', '02 9876 5432'),
    ];
    expect(proposed(seen)).toEqual({
      'How do we reach you': '? "customer.email"',
      Digits: '? "company.abn"',
      Ring: '? "customer.phone"',
    });
  });

  it('a column that is known by its name is not kept out for what it holds', () => {
    const seen = [column('DOB', '03/27/1985'), column('Email', 'a@example.com ::: b@example.com')];
    expect(proposeMapping(seen, new Map(), rules).columns).toMatchObject([
      { title: 'DOB', meaning: 'customer.date_of_birth', certainty: 'known' },
      { title: 'Email', meaning: 'customer.email', certainty: 'known' },
    ]);
  });

  it('a name beside a last name is not taken apart', () => {
    const seen = [column('Name', 'Mary Ann', 'Billy Joe'), column('Surname', 'Smith', 'Ng')];
    expect(proposed(seen)).toMatchObject({ Name: '? "customer.first_name"' });
    const ofCompanies = [column('Client', 'Marble Pty Ltd', '3M'), column('Surname', 'Smith', 'Ng')];
    expect(proposed(ofCompanies)['Client']).not.toBe('? "customer.first_name"');
  });

  it('years are named as such, and a term is only taken where somebody says so', () => {
    const seen = [column('Years in business', '2', '3'), column('Term (months)', '24', '36')];
    expect(proposed(seen)).toEqual({
      'Years in business': { column: 'company.months_in_business', unit: 'years' },
      'Term (months)': '? {"column":"loan.installments","unit":"months","repaid":"monthly"}',
    });
    expect(proposed(seen, [['Term (months)', 'loan.installments']])['Term (months)']).toBe('loan.installments');
    expect(proposeMapping(seen, new Map(), rules).missing).not.toContain('loan.installments');
  });

  it.each(['Broker Email', 'Referred by (e-mail)', "Accountant's email"])(
    'whose address %s is, somebody has to say',
    (title) => {
      expect(proposed([column(title, 'a@example.com', 'b@example.com')])).toEqual({ [title]: '? "customer.email"' });
    },
  );

  it('years at an address are no years in business', () => {
    expect(proposed([column('Years at business address', '2', '3')])).toEqual({ 'Years at business address': null });
  });

  it.each([
    'John Smith (Director)',
    'John Smith - Director',
    'John Smith OAM',
    'John Smith or Jane Smith',
    'Capt John Smith',
    'Acme Pty Ltd',
  ])('%s is not a first and a last name', (name) => {
    expect(twoNamesOf(name)).toBeUndefined();
  });

  it.each([
    ['Mary Ca', 'Mary', 'Ca'],
    ['JO AM', 'JO', 'AM'],
    ["Anne-Marie O'Neil Jr", 'Anne-Marie', "O'Neil Jr"],
  ])('%s is', (name, first, last) => {
    expect(twoNamesOf(name)).toEqual({ first, last });
  });

  it.each([
    ['Record ID', '90001', '90002'],
    ['Create Date', '2026-11-01 10:00', '2026-11-02 11:00'],
    ['Lead Owner', 'Jo', 'Sam'],
    ['Instalment', 'monthly', 'weekly'],
    ['Amonut', 'lots', 'a few'],
  ])('nothing absurd is proposed for %s', (title, ...values) => {
    expect(proposed([column(title, ...values)])).toEqual({ [title]: null });
  });

  it('a slip of the keyboard is asked about where the values fit', () => {
    expect(proposed([column('Amonut', '50000', '20000')])).toEqual({ Amonut: '? "loan.requested_amount"' });
  });

  it('unknown values of columns with fixed values are counted, with what each probably means', () => {
    const purpose = column(
      ...['Purpose', 'New ute', 'New ute', 'Refinance', 'Working capital', 'Cash flow, Stock', 'Quux'],
      ...['Hire purchase', 'Non-stock', 'Hiring'],
    );
    expect(proposeMapping([purpose], new Map(), rules).values).toEqual([
      { column: 'loan.reason_for_loan', text: 'New ute', count: 2, value: 'equipmentPurchasing' },
      { column: 'loan.reason_for_loan', text: 'Refinance', count: 1, value: 'debtConsolidation' },
      { column: 'loan.reason_for_loan', text: 'Cash flow, Stock', count: 1, value: 'workingCapital;inventory' },
      { column: 'loan.reason_for_loan', text: 'Quux', count: 1, value: undefined },
      { column: 'loan.reason_for_loan', text: 'Hire purchase', count: 1, value: 'equipmentPurchasing' },
      { column: 'loan.reason_for_loan', text: 'Non-stock', count: 1, value: undefined },
    ]);
    const term = column('Instalments', '52', '3 years', '36 months');
    expect(proposeMapping([term], new Map(), rules).values.map(({ text }) => text)).toEqual(['3 years', '36 months']);
  });

  it('several columns of one meaning are left to the importer, which looks at each row', () => {
    const seen = [column('Email', '', 'a@example.com'), column('Customer Email', 'b@example.com', 'c@example.com')];
    const { columns } = proposeMapping(seen, new Map(), rules);
    expect(columns.map(({ certainty }) => certainty)).toEqual(['known', 'known']);
  });

  it.each([
    ['DOB', 'Geboren', '27/03/1985', 'customer.date_of_birth'],
    ['Notes', 'File Notes', 'call after five', 'loan.notes'],
    ['Street', 'Residential Address', '3 Hill Road', 'customer.address.street'],
  ])('an empty column %s stands in nobody’s way', (known, other, value, meaning) => {
    expect(proposed([column(known, ''), column(other, value, value)])[other]).toBe(`? ${JSON.stringify(meaning)}`);
    expect(proposed([column(known, value), column(other, value, value)])[other]).toBeNull();
  });

  it('an empty phone leaves it to the one that is filled in', () => {
    const columns = [column('Mobile', ''), column('Alt Phone', '0412 345 678')];
    expect(proposed(columns)['Alt Phone']).toBe('customer.phone');
  });

  it.each([
    ['Home State of Licence', ['NSW', 'VIC'], 'customer.drivers_license_state'],
    ['Licence held', ['NSW', 'VIC'], 'customer.drivers_license_state'],
    ['Broker Comments', ['call after five', 'wants a ute'], 'loan.notes'],
    ['Biz Desc', ['Tiles and floors', 'Cafe'], 'company.business_description'],
    ['What does the business do?', ['Tiles and floors', 'Cafe'], 'company.business_description'],
    ['Driver Lic', ['01234567', '12345678'], 'customer.drivers_license_number'],
    ['Bookkeeping', ['Xero', 'MYOB'], 'company.accounting_software'],
    ['*ContactName', ['Marble Pty Ltd', 'Oak Limited'], 'company.name'],
  ])('%s is asked about', (title, values, meaning) => {
    expect(proposed([column(title, ...values)])[title]).toBe(`? ${JSON.stringify(meaning)}`);
  });

  it('the column that says how often a term is repaid is that', () => {
    const { columns } = proposeMapping(
      [column('Term (years)', '2', '3'), column('Freq', 'weekly', 'monthly')],
      new Map(),
      rules,
    );
    expect(columns.find(({ title }) => title === 'Freq')?.why).toContain('how often');
  });

  it('a name that its values contradict is asked about, or is nothing', () => {
    const columns = [column('Repayments', 'Weekly', 'Monthly'), column('Term', '3 years', '2 years')];
    expect(proposed(columns)).toEqual({
      Term: `? ${JSON.stringify({ column: 'loan.installments', unit: 'years', repaid: { column: 'Repayments' } })}`,
      Repayments: null,
    });
  });

  it('a term in weeks is repaid weekly, unless somebody says otherwise', () => {
    const meaning = { column: 'loan.installments', unit: 'weeks', repaid: 'weekly' };
    expect(proposed([column('Over how many weeks', '52', '104')])).toEqual({
      'Over how many weeks': `? ${JSON.stringify(meaning)}`,
    });
  });

  it('a slip of the keyboard waits for what the other columns show', () => {
    const facebook = proposed([
      column('ad_name', 'Spring'),
      column('form_name', 'May'),
      column('full_name', 'Mira Okafor'),
    ]);
    expect(facebook).toEqual({ ad_name: null, form_name: null, full_name: split });
    expect(proposed([column('Nr', '12', '14'), column('Trading as', 'Okafor Pty Ltd')])).toEqual({
      Nr: null,
      'Trading as': '? "company.name"',
    });
    const google = [column('Given Name', 'Mira'), column('Family Name', 'Okafor'), column('Name', 'Mira Okafor')];
    expect(proposed([...google, column('Organization 1 - Name', 'Okafor Pty Ltd')])).toMatchObject({
      Name: null,
      'Organization 1 - Name': expect.stringContaining('company.name'),
    });
  });

  it.each([
    ['Address 2 - Street', ['3 Hill Road', '4 Hill Road'], 'customer.address.street'],
    ['Address 2 - Postal Code', ['2150', '2000'], 'customer.address.postcode'],
    ['P/C', ['2150', '2000'], 'customer.address.postcode'],
    ['No', ['12', '14'], 'customer.address.street_number'],
    ['Type', ['Street', 'Road'], 'customer.address.street_type'],
    ['T/O pm', ['42000', '12000'], 'company.average_monthly_turnover'],
    ['What for', ['new ute', 'stock', 'wages'], 'loan.reason_for_loan'],
    ['How much', ['50k', '$75,000', '20000'], 'loan.requested_amount'],
    ['Client folder', ['smith', 'okafor'], 'documents'],
    ['Line of work', ['Tiling', 'Cafe'], 'company.industry'],
  ])('%s is asked about by its name or its values', (title, values, meaning) => {
    expect(proposed([column(title, ...values)])[title]).toBe(`? ${JSON.stringify(meaning)}`);
  });
});
