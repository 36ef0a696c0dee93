import { limits } from '../../limits.ts';
import { type CellReader, Refusal } from '../refusal.ts';

/** A name, a street, an industry, notes: any text, as it is. */
export const anyText: CellReader<string> = (text) => text;

/** RFC 5322, section 3.2.3, without quotes and comments: atoms with points between them. */
const atoms = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
const domain = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/i;
/** RFC 5321, section 4.5.3.1. */
const maxLocalLength = 64;

const isAddress = (text: string): boolean => {
  const at = text.lastIndexOf('@');
  const local = text.slice(0, at);
  return at > 0 && local.length <= maxLocalLength && atoms.test(local) && domain.test(text.slice(at + 1));
};

const expectedAddress = 'expected an e-mail address such as name@example.com';

/** What is wrong with an address, as far as that can be said without making another one of it. */
const refusedAddress = (text: string): Refusal => {
  const refusal = (why: string, tip?: string): Refusal => new Refusal('invalid_email', `${expectedAddress}${why}`, tip);
  if (text.includes('@@')) return refusal(', with one @', 'Remove the @ that is too many.');
  if (text.split('@').length > 2) return refusal(', only one of them', 'Write one of the addresses and nothing else.');
  if (/[‘’ʼ´“”]/.test(text))
    return refusal(
      ', and found a curly quote mark',
      "Write the apostrophe as a straight one (') if it belongs to the address; a word processor made it curly.",
    );
  const inside = /<([^<>\s]+@[^<>\s]+)>/.exec(text)?.[1];
  if (inside !== undefined && isAddress(inside))
    return refusal(', and nothing else', `Write only what stands between < and >.`);
  if (/\s/.test(text)) return refusal(', without spaces in it');
  if (/[;,.]$/.test(text)) return refusal(`, without ${text.at(-1)} behind it`);
  if (/@.*_/.test(text)) return refusal(', and found _ behind the @, where no address has it');
  if (/[^\x20-\x7e]/.test(text)) return refusal(', and found letters that are not a to z, which few mail systems take');
  return refusal('');
};

/** One e-mail address; its domain in lower case, as domains do not know case. */
export const email: CellReader<string> = (text) => {
  const given = text.replace(/^mailto:/i, '');
  if (given.length > limits.maxNameLength || !isAddress(given)) return refusedAddress(text);
  const at = given.lastIndexOf('@');
  return given.slice(0, at) + given.slice(at).toLowerCase();
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
    domain.test(url.hostname.replace(/\.$/, '')) &&
    !/[\s,;|]/.test(text) &&
    text.split(/www\./i).length <= 2 &&
    text.length <= limits.maxNameLength;
  if (isSite) return text;
  const isSeveral = text.split(/[\s,;|]+|\s*\/\s+|\/?(?=www\.)/i).filter((part) => part.includes('.')).length > 1;
  return isSeveral
    ? new Refusal(
        'invalid_website',
        'expected one web address such as www.example.com.au',
        'Write one of the addresses and nothing else.',
      )
    : new Refusal('invalid_website', 'expected a web address such as www.example.com.au');
};
