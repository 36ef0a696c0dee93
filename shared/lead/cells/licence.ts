import type { StateCode } from '../fixed-values.ts';
import { type CellReader, Refusal, Remarkable } from '../refusal.ts';
import { withoutDecimals } from './decimals.ts';
import { looksScientific } from './number.ts';

/** Digits that survive being a number: no leading zero, and exact as a double. */
const exactNumber = /^[1-9]\d{0,14}$/;

/** A driver licence number: a number where nothing is lost by it, otherwise the text as it is. */
export const licenceNumber: CellReader<number | string> = (text) => {
  if (looksScientific(text)) {
    return new Refusal('scientific_notation', 'expected a licence number, and found a number whose digits are lost');
  }
  const whole = withoutDecimals(text);
  if (whole !== undefined) return new Remarkable(exactNumber.test(whole) ? Number(whole) : whole, 'decimals_removed');
  return exactNumber.test(text) ? Number(text) : new Remarkable(text, 'licence_sent_as_text');
};

/** What licence numbers of each state look like, as far as the states say; a new series may look otherwise. */
const shapes: Readonly<Record<StateCode, RegExp>> = {
  ACT: /^\d{6,10}$/,
  NSW: /^[A-Z0-9]{6,8}$/,
  NT: /^\d{5,8}$/,
  QLD: /^\d{8,9}$/,
  SA: /^[A-Z0-9]{6,8}$/,
  TAS: /^[A-Z]?\d{5,7}[A-Z]?$/,
  VIC: /^\d{8,10}$/,
  WA: /^\d{7}$/,
};

/** Whether a number could be a licence of a state; without a state, whether it has a digit at all. */
export const looksLikeLicence = (number: number | string, inState: StateCode | undefined): boolean => {
  const bare = String(number).replaceAll(/[\s-]/g, '').toUpperCase();
  return inState === undefined ? /\d/.test(bare) : shapes[inState].test(bare);
};
