/** One row of a tidy CSV by header; a test overrides what it is about. */
export type SampleRow = Readonly<Record<string, string>>;

/** Of the last nine digits. */
const abnWeights = [3, 5, 7, 9, 11, 13, 15, 17, 19];

/** A valid ABN for every number, different for different numbers. */
export const anAbn = (number: number): string => {
  const tail = String(100_000_000 + (number % 900_000_000)).padStart(9, '0');
  const sum = abnWeights.reduce((total, weight, index) => total + weight * Number(tail[index]), 0);
  // The first two digits are the check: they weigh ten and one, less ten, and make the sum divisible by 89.
  return `${10 + ((89 - (sum % 89)) % 89)}${tail}`;
};

/** A good row, different for every number. */
export const aRow = (number: number, overrides: SampleRow = {}): SampleRow => ({
  'First Name': `First${number}`,
  'Last Name': `Last${number}`,
  Email: `person${number}@example.com`,
  Mobile: `0491570${String(number % 1000).padStart(3, '0')}`,
  'Business Name': `Company ${number}`,
  ABN: anAbn(number),
  Amount: String(10_000 + number),
  Instalments: '52',
  Notes: '',
  Documents: '',
  ...overrides,
});

/** So many good rows, numbered from `first`. */
export const rows = (count: number, first = 1): SampleRow[] =>
  Array.from({ length: count }, (_, index) => aRow(first + index));

const quoted = (cell: string): string => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** Rows as a comma-separated file with LF; columns of the first row, and those that later rows add. */
export const aCsv = (table: readonly SampleRow[]): string => {
  const header = [...new Set(table.flatMap((row) => Object.keys(row)))];
  const lines = [header, ...table.map((row) => header.map((name) => row[name] ?? ''))];
  return `${lines.map((cells) => cells.map(quoted).join(',')).join('\n')}\n`;
};
