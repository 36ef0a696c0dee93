/** `U+0000`: how an invisible character is named. */
export const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

const longestShown = 80;

/** A text on one line, with names for what cannot be seen and what a terminal would obey, no longer than a reader takes in. */
export const visibleText = (text: string): string => {
  const line = text.replaceAll(
    /[\u0000-\u001f\u007f-\u00a0\u00ad\u2000-\u200f\u2028-\u202f\u2060-\u2069\u3000\ufeff]/g,
    (character) => `<${codePoint(character)}>`,
  );
  if (line.length <= longestShown) return line;
  const end = line.slice(0, longestShown - 3);
  return `${end.isWellFormed() ? end : end.slice(0, -1)}...`;
};

/** Lines for a terminal: what it would obey instead of showing it, such as a name of a file may hold, is named. */
export const harmless = (lines: string): string =>
  lines.replaceAll(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (character) => `<${codePoint(character)}>`,
  );

/** Text for a mail, in which no name makes a link of somebody else's. */
export const unlinked = (text: string): string =>
  harmless(text)
    .replaceAll('://', ': //')
    .replaceAll(/\bwww\./gi, 'www .');

/** A cell's value as a report shows it. */
export const shown = (value: string): string => `"${visibleText(value)}"`;

/** A word of a printed command, as a shell reads it: nothing in it is expanded. */
export const shellWord = (text: string): string =>
  text === '' || /[^\w./:=%@+,-]/.test(text) ? `'${text.replaceAll("'", String.raw`'\''`)}'` : text;
