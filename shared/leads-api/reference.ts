import type { Lead } from '../lead/lead.ts';

/** Letters and digits that nobody takes for one another; a power of two of them. */
const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const referenceLength = 12;

/** Twelve characters of a lead's fingerprint: sixty bits, by which the lead is found again. */
export const referenceOf = (fingerprint: string): string => {
  let bits = BigInt(`0x${fingerprint.slice(0, 16)}`);
  let reference = '';
  for (let index = 0; index < referenceLength; index += 1) {
    reference += alphabet[Number(bits & 31n)] ?? '';
    bits >>= 5n;
  }
  return reference;
};

/** A lead with a reference at the end of its notes. */
export const withReference = (lead: Lead, reference: string): Lead => ({
  ...lead,
  loan: { ...lead.loan, notes: `${lead.loan?.notes ?? ''} [ref ${reference}]`.trimStart() },
});

/** Notes as they were before a reference was appended, and the reference. What is cut off in the middle is none. */
export const splitNotes = (notes: unknown): { readonly notes: unknown; readonly reference: string | undefined } => {
  const match = typeof notes === 'string' ? /^(.*?)\s*\[ref ([2-9A-Z]{12})\]\s*$/s.exec(notes) : null;
  return match === null ? { notes, reference: undefined } : { notes: match[1], reference: match[2] };
};
