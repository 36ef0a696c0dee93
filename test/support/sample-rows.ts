/** One row of a tidy CSV by header; a test overrides what it is about. */
export type SampleRow = Readonly<Record<string, string>>;

const abnWeights = [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19];

/** A valid ABN for every number, different for different numbers. */
export const anAbn = (number: number): string => {
  const tail = String(100_000_000 + (number % 900_000_000)).padStart(9, '0');
  // The first two digits are the check: one of the ninety makes the weighted sum divisible by 89.
  for (let check = 10; check < 100; check += 1) {
    const digits = [...`${check}${tail}`].map(Number);
    const weigh = (sum: number, digit: number, index: number): number =>
      sum + (index === 0 ? digit - 1 : digit) * (abnWeights[index] ?? 0);
    if (digits.reduce(weigh, 0) % 89 === 0) return digits.join('');
  }
  throw new Error('no ABN has these last nine digits');
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
