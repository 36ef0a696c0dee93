import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Dialect } from '../../../shared/csv/dialect.ts';
import { utf8 } from '../../../shared/csv/encoding.ts';
import { writeRecords } from '../../../shared/csv/write.ts';
import { guardCell } from '../../../shared/table/formula-guard.ts';

const cell = fc.oneof(
  fc.string(),
  fc.constantFrom('', ' ', '"', '""', 'a,b', 'a;b', 'a\tb', 'a|b', 'a\nb', 'a\r\nb', '\r', '=1+1', "'=1", '-5', ' x '),
);

it('rows are written byte for byte as csv-stringify writes them', () => {
  const row = fc.array(fc.record({ text: cell, isQuoted: fc.boolean() }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(
      fc.array(row, { maxLength: 5 }),
      fc.constantFrom(',', ';', '\t', '|'),
      fc.constantFrom('\n', '\r\n', '\r'),
      (rows, delimiter, lineEnding) => {
        const expected = stringify(
          rows.map((cells) => cells.map(({ text, isQuoted }) => ({ text: guardCell(text), isQuoted }))),
          {
            delimiter,
            record_delimiter: lineEnding,
            quoted_match: /[\r\n]/,
            cast: {
              object: (given) => {
                const { text, isQuoted } = given as unknown as { text: string; isQuoted: boolean };
                return { value: text, quoted: isQuoted, quoted_empty: isQuoted };
              },
            },
          },
        );
        const written = writeRecords(
          rows.map((cells) => ({
            cells: cells.map(({ text }) => text),
            quoted: cells.flatMap(({ isQuoted }, position) => (isQuoted ? [position] : [])),
          })),
          { delimiter, lineEnding, sepLine: false } as Dialect,
          utf8,
        );
        expect(written.toString('utf8')).toBe(expected);
      },
    ),
    { numRuns: 2_000 },
  );
});
