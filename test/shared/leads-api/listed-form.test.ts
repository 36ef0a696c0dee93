import { describe, expect, it } from 'vitest';
import { learnForms } from '../../../shared/leads-api/listed-form.ts';
import { resemblance, type VisibleFields } from '../../../shared/leads-api/visible-lead.ts';

const person = (number: number, more: VisibleFields = {}): VisibleFields => ({
  first_name: `person o'${'abcdefgh'.charAt(number)}`,
  email: `person${number}@example.com`,
  phone: `049157015${number}`,
  abn: '51824753556',
  requested_amount: String(10_000 + number),
  birth_date: `1980-02-0${number}`,
  ...more,
});

/** How a lead compares that a list shows rewritten, where so many known leads are shown so too. */
const compared = (
  rewrite: (fields: VisibleFields, number: number) => VisibleFields,
  { known = 3, sent = person(9), listed = rewrite(sent, 9) } = {},
) => {
  const leads = Array.from({ length: known }, (_, number) => ({
    sent: person(number + 1),
    listed: rewrite(person(number + 1), number + 1),
  }));
  return resemblance(sent, listed, { forms: learnForms(leads) });
};

const escaped = (fields: VisibleFields): VisibleFields => ({
  ...fields,
  first_name: fields.first_name?.replaceAll("'", '&amp;#39;'),
});
const cents = (fields: VisibleFields): VisibleFields => ({
  ...fields,
  requested_amount: `${fields.requested_amount}00`,
});

describe('how a list writes every lead', () => {
  it.each<[string, (fields: VisibleFields) => VisibleFields]>([
    ['escapes of HTML', escaped],
    ['amounts in cents', cents],
    ['dates day first', (fields) => ({ ...fields, birth_date: fields.birth_date?.split('-').toReversed().join('/') })],
    ['text without its punctuation', (fields) => ({ ...fields, first_name: fields.first_name?.replaceAll(/\W/g, '') })],
    ['several of them', (fields) => escaped(cents(fields))],
  ])('%s are the values that were sent', (_, rewrite) => {
    expect(compared(rewrite)).toBe('same');
    expect(compared(rewrite, { known: 2 }), 'too few to know').toBe('related');
  });

  it('is known only where each known lead is written so', () => {
    const someCents = (fields: VisibleFields, number: number) => (number === 2 ? fields : cents(fields));
    expect(compared(someCents)).toBe('related');
    const masked = (fields: VisibleFields) => ({ ...fields, first_name: '***' });
    expect(compared(masked)).toBe('related');
  });

  it('tells other values still, and the one that would have been equal without it', () => {
    const sent = person(9);
    expect(compared(cents, { sent, listed: sent })).toBe('related');
    expect(compared(cents, { sent, listed: cents({ ...sent, requested_amount: '10008' }) })).toBe('related');
    expect(compared(escaped, { sent, listed: { ...sent, first_name: 'person ob' } })).toBe('related');
  });
});
