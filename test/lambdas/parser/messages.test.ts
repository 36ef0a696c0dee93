import { describe, expect, it } from 'vitest';
import { importCells } from '../../support/import-text.ts';
import type { SampleRow } from '../../support/sample-rows.ts';

describe('messages that are true', () => {
  it.each<[SampleRow, RegExp]>([
    [{ DOB: '27/03/1985 13:45' }, /a time of day that is not midnight/],
    [{ DOB: '31/04/1985' }, /a day that is in no calendar/],
    [{ DOB: '1985' }, /a year alone/],
    [{ DOB: 'Wed Mar 27 1985 14:30:00 GMT+1100' }, /a time of day that is not midnight/],
    [{ 'Street Number': '3-Dec' }, /has made a date of it.*a unit/],
    [{ 'Street Number': '3/12' }, /^(?!.*made a date).*a unit/],
    [{ 'Months in Business': '2019-03-01' }, /holds a date: write for how many months/],
    [{ 'Number of Employees': 'many' }, /TIP Write one number, in digits. Leave the cell empty/],
    [{ Amount: 'fifty' }, /TIP Write digits only/],
    [{ Email: 'mira@@example.com' }, /with one @/],
    [{ Mobile: '0491570110 (ext. 12)' }, /without its extension/],
    [{ Mobile: '049157000' }, /found 9 digits/],
    [{ Mobile: '04915701100' }, /found 11 digits/],
    [{ Email: 'mira@exa_mple.com' }, /found _ behind the @/],
    [{ Email: 'mira@example.com;' }, /without ; behind it/],
    [{ Email: 'jürgen@example.de' }, /letters that are not a to z/],
    [{ Instalments: '24 mth' }, /lumi counts repayments/],
    [{ Instalments: '3 years' }, /lumi counts repayments/],
    [{ 'Months in Business': '2 years' }, /two years are 24/],
    [{ 'Number of Employees': '4 people' }, /without its unit/],
    [{ Documents: 'N/A' }, /Leave the cell empty/],
    [{ Documents: '#N/A' }, /Leave the cell empty/],
    [{ Documents: '[object Object]' }, /Leave the cell empty/],
    [{ Documents: "['id.pdf', 'bank.pdf']" }, /write id\.pdf;bank\.pdf in place of that/],
    [{ Documents: 'id.pdf and bank.pdf' }, /write id\.pdf;bank\.pdf in place of that/],
    [{ Documents: 'id.pdf, bank.pdf; smith/a.pdf' }, /write id\.pdf;bank\.pdf in place of that/],
    [{ 'Loan Reason': 'wages / inventory' }, /by ; \(semicolon\) and not by \//],
    [{ 'Loan Reason': 'wages and inventory' }, /by ; \(semicolon\) and not by and/],
    [{ 'Loan Reason': 'Research and Development' }, /^(?!.*semicolon\) and)/],
    [{ 'Months in Business': '3/12' }, /^(?!.*holds a date)/],
    [{ Mobile: '0491570110 ::: 0298765432' }, /found two/],
    [{ Mobile: '02 9876 5432 Durchwahl 3' }, /without an extension/],
    [{ Mobile: '12345' }, /^(?!.*right form)/],
    [{ Mobile: '02 9876 5432;ext=12' }, /without an extension/],
    [{ Mobile: '02 9876 5432 - ext 12' }, /without an extension/],
    [{ Documents: 'id.pdf + bank.pdf' }, /write id\.pdf;bank\.pdf in place of that/],
    [{ Documents: 'id.pdf,bank.pdf,' }, /write id\.pdf;bank\.pdf in place of that/],
    [{ Documents: 'id.pdf；bank.pdf' }, /write id\.pdf;bank\.pdf in place of that/],
    [{ DOB: '#REF!' }, /type the value itself, or leave the cell empty/],
    [{ 'Number of Employees': '3/12' }, /has made a date of the number/],
  ])('%j', async (cells, words) => {
    const { report } = await importCells(cells);
    expect(`${report[0]?.['lead__Error']} TIP ${report[0]?.['lead__Tip']}`).toMatch(words);
  });

  it('a midnight of Greenwich is a date', async () => {
    const { leads } = await importCells({ DOB: '1985-03-27 00:00:00 UTC' });
    expect(leads[0]?.customer?.date_of_birth).toBe('1985-03-27');
  });
});
