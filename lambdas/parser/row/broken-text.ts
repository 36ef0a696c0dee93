/** What a code page has where another one has a letter, and no name has beside a letter. */
const symbols = '‚ƒ†‡ˆ‰‹›•˜¢£¤¥¦§¬¯±²³¹µ¶¸¼½¾¿¡×÷‘';
/** Marks that stand around words, and inside one only where a letter was meant. */
const marks = '„…“”';

const broken: readonly RegExp[] = [
  new RegExp(`\\p{L}[${symbols}]`, 'u'),
  // Before a letter too, but for what stands before a word: a quote, a question mark upside down.
  /[ƒ†‡ˆ‰•˜¢£¤¥¦§¬¯±²³¹µ¶¸¼½¾×÷]\p{L}|^[–—]\p{L}/u,
  new RegExp(`\\p{L}[${marks}]\\p{L}`, 'u'),
  // Czech: no language has these beside one another.
  /[øØ][áéíýúìèùò]|[áéíýúìèùò][øØ]/,
  // Mac Roman with line feeds: a capital in the middle of a word.
  /\p{Ll}[ŽŠŒŸ]/u,
  // Cyrillic, Chinese and Japanese: a word of accents and nothing else.
  /(?<!\p{L})[À-ÖØ-öø-ÿ]{2,}(?!\p{L})/u,
];

/** Whether a name shows that it was read in the wrong code page, as `Jos‚` for `José`. */
export const isBrokenText = (text: string): boolean =>
  /[\u0080-\uffff]/.test(text) && broken.some((pattern) => pattern.test(text.replaceAll(turnedComma, "'")));

/** O‘Brien, Fa‘asavalu: an apostrophe that a word processor or a Polynesian name has turned. */
const turnedComma = /(?<=\p{L})‘(?=\p{Lu})|(?<=[aeiouAEIOU])‘(?=[aeiou])/gu;

/** Whether a text has letters that another code page would read otherwise. */
export const hasForeignLetters = (text: string): boolean => /[\u0080-\u024f]/.test(text);

const encodings = [
  // HTML and XML, workbooks, e-mail, programs, addresses, UTF-7.
  /&(?:[a-z]{2,8}\d?|#\d{1,5}|#x[0-9a-f]{1,5});/i,
  /_x[0-9A-F]{4}_/i,
  /=\?[\w-]+\?[QB]\?.*\?=|(?:=[0-9A-F]{2}){2}/i,
  /\\(?:u\{?[0-9a-f]{2,6}|x[0-9a-f]{2}|[0-3][0-7]{2}|[,'"/nrt])/i,
  /<br ?\/?>|<\/(?:b|i|p|u|div|span|strong|em|font|td)>|<!\[CDATA\[|<U\+[0-9A-F]{4,6}>/i,
  /&#\d{2,5}(?!\d)|&(?:eacute|amp|nbsp|quot|lt|gt|copy|reg|rsquo|lsquo|ndash|mdash)\b/i,
  // What an e-mail encodes, and no number that something is: term=24, id=84.
  /(?<=[A-Za-z])=(?:3D|[89A-F][A-F]|[A-F]\d|(?:20|85|9[1-7])(?=[A-Za-z]))(?![0-9])/,
  /%[0-9A-F]{2}/,
  /\+[A-Za-z0-9/]{2,8}-(?!\d)/,
];

/** One of these is in whatever the patterns above find. */
const signOfEncoding = /[&_=\\<%+]/;

/** Whether a text holds what a web page, an address or UTF-7 writes in place of a character. */
export const isEncodedText = (text: string): boolean =>
  signOfEncoding.test(text) && encodings.some((pattern) => pattern.test(text));
