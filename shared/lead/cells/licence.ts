import { z } from 'zod';
import { limits } from '../../limits.ts';
import { refuse } from '../refusal.ts';
import { looksScientific } from './number.ts';

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
