import { z } from 'zod';
import { limits } from '../../limits.ts';
import { refuse } from '../refusal.ts';

const textOf = (maxLength: number) =>
  z.string().transform((text, context): string => {
    if (text.length > maxLength) {
      refuse(context, 'too_long', `expected at most ${maxLength} characters, found ${text.length}`);
    }
    return text;
  });

/** A name, a street, an industry. */
export const shortText = () => textOf(limits.maxNameLength);

/** Notes and descriptions. */
export const longText = () => textOf(limits.maxTextLength);

const emailShape = z.email();

/** One e-mail address; its domain in lower case, as domains do not know case. */
export const email = () =>
  z.string().transform((text, context): string => {
    if (text.length > limits.maxNameLength || !emailShape.safeParse(text).success) {
      refuse(context, 'invalid_email', 'expected an e-mail address such as name@example.com');
      return z.NEVER;
    }
    const at = text.lastIndexOf('@');
    return text.slice(0, at) + text.slice(at).toLowerCase();
  });
