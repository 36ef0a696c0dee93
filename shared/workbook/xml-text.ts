/** What XML does not have, and what a reader of workbooks would take for such a character written out. */
const unwritable =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\r|_(?=x[0-9A-Fa-f]{4}_)|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const codeOf = (character: string): string => {
  const code = character.charCodeAt(0);
  // Half of a character is no character.
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd';
  return `_x${code.toString(16).toUpperCase().padStart(4, '0')}_`;
};

/** A text as XML has it; what XML does not have is written out as spreadsheets do: `_x000D_`. */
export const xmlText = (text: string): string =>
  text.replaceAll(unwritable, codeOf).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A text as the value of an attribute. */
export const xmlAttribute = (text: string): string => xmlText(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;');
