import { hash } from 'node:crypto';
import { national, type VisibleFields } from '../../../shared/leads-api/visible-lead.ts';

/** Who a lead is of, as hashes of 32 bits: of e-mail, phone, ABN and name; 0 where it does not say. */
export const identityWords = 4;

/** Of these a lead has its own: e-mail, phone, ABN. */
const identifyingWords = 3;

const wordOf = (text: string | undefined): number =>
  text === undefined ? 0 : Number.parseInt(hash('sha256', text, 'hex').slice(0, 8), 16) || 1;

/** Families share half of it. */
const nameOf = (first: string | undefined, last: string | undefined): string | undefined =>
  first === undefined && last === undefined ? undefined : `${first} ${last}`;

export const identityOf = ({ email, phone, abn, first_name, last_name }: VisibleFields): number[] =>
  [email, phone === undefined ? undefined : national(phone), abn, nameOf(first_name, last_name)].map(wordOf);

/**
 * Whether a lead is another's than the one that was sent. One that shares anything with it is it, however an API or a
 * person has changed the rest, and little that differs says nothing: an API may write names its own way.
 */
export const isAnothers = (sent: readonly number[], listed: readonly number[]): boolean => {
  const compared = [...sent.keys()].filter((word) => sent[word] !== 0 && listed[word] !== 0);
  const isIdentifying = compared.filter((word) => word < identifyingWords).length >= 2;
  return isIdentifying && compared.every((word) => sent[word] !== listed[word]);
};
