/** Decimals behind a number that has none: a spreadsheet took an identifier for an amount. */
const decimals = /^(\+?\d[\d ]*)[.,]0{1,2}$/;

/** An identifier without the decimals that a spreadsheet put behind it; undefined where it has none. */
export const withoutDecimals = (text: string): string | undefined => decimals.exec(text)?.[1];
