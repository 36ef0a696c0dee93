import { z } from 'zod';
import { limits } from '../../limits.ts';
import { refuse } from '../refusal.ts';
import { looksScientific } from './number.ts';
import type { StateCode } from './place.ts';

/** Digits that survive being a number: no leading zero, and exact as a double. */
const exactNumber = /^[1-9]\d{0,14}$/;

/** True where the number has to travel as text: worth a warning. */
export const licenceIsText = (text: string): boolean => !exactNumber.test(text);

/** A driver licence number: a number where nothing is lost by it, otherwise the text as it is. */
export const licenceNumber = () =>
  z.string().transform((text, context): number | string => {
    if (looksScientific(text)) {
      refuse(context, 'scientific_notation', 'expected a licence number, and found a number whose digits are lost');
      return z.NEVER;
    }
    if (text.length > limits.maxNameLength) {
      refuse(context, 'too_long', `expected at most ${limits.maxNameLength} characters, found ${text.length}`);
    }
    return licenceIsText(text) ? text : Number(text);
  });

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
