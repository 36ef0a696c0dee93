/** What JSON calls a number, as it is written. */
interface Written {
  readonly source: string;
}

/** A whole number with more digits than a number holds, as it is written. */
const exactly = (_: string, value: unknown, { source }: Written): unknown =>
  typeof value === 'number' && !Number.isSafeInteger(value) && /^\d+$/.test(source) ? source : value;

/** Reads another program's JSON: a whole number that is too large for one, such as an id, is the text of its digits. */
export const parseExactJson = (text: string): unknown => {
  if (!/\d{16}/.test(text)) return parseJson(text);
  try {
    return JSON.parse(text, exactly as (key: string, value: unknown) => unknown);
  } catch {
    return undefined;
  }
};

/** Reads JSON; undefined where the text is none. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
