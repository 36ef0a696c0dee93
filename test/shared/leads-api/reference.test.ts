import { describe, expect, it } from 'vitest';
import { referenceOf, splitNotes, withReference } from '../../../shared/leads-api/reference.ts';

const fingerprintOf = (bits: bigint): string => bits.toString(16).padStart(16, '0').padEnd(64, '0');
const reference = referenceOf(fingerprintOf(0x0123_4567_89ab_cdefn));

describe('the reference of a lead', () => {
  it('a reference is twelve characters, another for each of its sixty bits', () => {
    const references = Array.from({ length: 60 }, (_, bit) => referenceOf(fingerprintOf(1n << BigInt(bit))));
    expect(new Set(references).size).toBe(60);
    for (const one of references) expect(one).toMatch(/^[2-9A-HJ-NP-Z]{12}$/);
  });

  it('a reference uses thirty-two characters that differ', () => {
    const firstCharacters = Array.from({ length: 32 }, (_, value) => referenceOf(fingerprintOf(BigInt(value))).at(0));
    expect(new Set(firstCharacters).size).toBe(32);
  });

  it('notes come back as they were, with the reference that was appended', () => {
    const { loan } = withReference({ loan: { notes: 'Calls at 5' } }, reference);
    expect(loan?.notes).toBe(`Calls at 5 [ref ${reference}]`);
    expect(splitNotes(loan?.notes)).toEqual({ notes: 'Calls at 5', reference });
  });

  it.each([10, 16, 21])('notes that come back cut at %i characters carry no reference', (length) => {
    const cut = `Calls [ref ${reference}]`.slice(0, length);
    expect(splitNotes(cut)).toEqual({ notes: cut, reference: undefined });
  });
});
