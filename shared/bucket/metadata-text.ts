/** Letters that a header of HTTP does not have. */
const beyondAscii = /[^\x20-\x7e]/;
const encodedWord = /^=\?UTF-8\?([BQ])\?([^?]*)\?=$/i;

/** A value of S3's user metadata as it travels: RFC 2047, section 2, where it has letters beyond ASCII. */
export const toMetadata = (text: string): string =>
  beyondAscii.test(text) ? `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=` : text;

const quotedBytes = (text: string): Buffer =>
  Buffer.from(
    text
      .replaceAll('_', ' ')
      .replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );

/** A value of S3's user metadata as it was meant: S3 and its console write letters beyond ASCII in this way. */
export const fromMetadata = (value: string): string => {
  const words = value.trim().split(/\s+(?==\?)/);
  const parts = words.map((word) => {
    const [, form, text = ''] = encodedWord.exec(word) ?? [];
    if (form === undefined) return undefined;
    return (form.toUpperCase() === 'B' ? Buffer.from(text, 'base64') : quotedBytes(text)).toString('utf8');
  });
  return parts.every((part) => part !== undefined) ? parts.join('') : value;
};
