import * as z from 'zod/mini';
import { limits } from '../../limits.ts';
import { type CellReader, Refusal } from '../refusal.ts';

const textOf =
  (maxLength: number): CellReader<string> =>
  (text) => {
    if (text.length > maxLength) {
      return new Refusal('too_long', `expected at most ${maxLength} characters, found ${text.length}`);
    }
    return text;
  };

/** A name, a street, an industry. */
export const shortText = textOf(limits.maxNameLength);

/** Notes and descriptions. */
export const longText = textOf(limits.maxTextLength);

const emailShape = z.email();

/** One e-mail address; its domain in lower case, as domains do not know case. */
export const email: CellReader<string> = (text) => {
  if (text.length > limits.maxNameLength || !emailShape.safeParse(text).success) {
    const inside = /[^\s<>:;,"'()]+@[^\s<>:;,"'()]+\.[a-z]{2,}/i.exec(text)?.[0];
    const several = text.split('@').length > 2;
    const alone = inside === undefined || several ? '' : `, and nothing else: write only ${inside}`;
    const spaced = inside === undefined && emailShape.safeParse(text.replaceAll(/\s/g, '')).success;
    const hint = spaced ? ', without spaces in it' : several ? ', only one of them' : alone;
    return new Refusal('invalid_email', `expected an e-mail address such as name@example.com${hint}`);
  }
  const at = text.lastIndexOf('@');
  return text.slice(0, at) + text.slice(at).toLowerCase();
};

const webAddress = (text: string): URL | undefined => {
  const address = /^[a-z][a-z0-9+.-]*:(?!\d)/i.test(text) ? text : `https://${text}`;
  return URL.canParse(address) ? new URL(address) : undefined;
};

/** A web address as it is written, with or without its scheme. */
export const website: CellReader<string> = (text) => {
  const url = webAddress(text);
  const isSite =
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    url.username === '' &&
    /^[^.]+(\.[^.]+)+\.?$/.test(url.hostname) &&
    text.length <= limits.maxNameLength;
  if (!isSite) {
    return new Refusal('invalid_website', 'expected a web address such as www.example.com.au');
  }
  return text;
};
