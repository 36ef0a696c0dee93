import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Dialect, detectDialect } from '../../../shared/csv/dialect.ts';
import { announcedEncoding, decodeText, encodeText, markBytes } from '../../../shared/csv/encoding.ts';
import { openCsv, readCsv } from '../../../shared/csv/open.ts';
import { readRecords } from '../../../shared/csv/records.ts';
import { writeRecords } from '../../../shared/csv/write.ts';
import { guardCell, unguardCell } from '../../../shared/table/formula-guard.ts';
import { eachRecord } from '../../../shared/table/table.ts';
import { cell, delimiters, encodings, lineEndings } from '../../support/tables.ts';

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function* one(text: string): AsyncGenerator<string> {
  yield text;
}

const comma: Dialect = { delimiter: ',', lineEnding: '\n', sepLine: false };

const collect = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
};

const linesOf = async (text: string): Promise<[number, ...string[]][]> =>
  (await collect(eachRecord(readRecords(one(text), comma)))).map((record) =>
    record.kind === 'record' ? [record.line, ...record.cells] : [record.line ?? 0, record.code],
  );

describe('a table', () => {
  it('a report in any dialect and encoding is read however its bytes are cut, and written back byte for byte', async () => {
    const row = fc.array(fc.record({ text: cell, isQuoted: fc.boolean() }), { minLength: 1, maxLength: 5 });
    const table = fc.array(row, { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.record({ delimiter: delimiters, lineEnding: lineEndings, encoding: encodings }),
        fc.integer({ min: 1, max: 9 }),
        async (rows, { delimiter, lineEnding, encoding }, chunk) => {
          const dialect = { delimiter, lineEnding, sepLine: false };
          const inFile = ({ text, isQuoted }: { text: string; isQuoted: boolean }): string => {
            const guarded = guardCell(text);
            const quotes = isQuoted || /[\r\n"]/.test(guarded) || guarded.includes(delimiter);
            return quotes ? `"${guarded.replaceAll('"', '""')}"` : guarded;
          };
          const lines = rows.map((cells) => ['x', ...cells.map(inFile)].join(delimiter));
          const text = ['lead__Status', '"other"']
            .join(delimiter)
            .concat(lineEnding, ...lines.map((line) => line + lineEnding));
          const bytes = Buffer.concat([markBytes(encoding), encodeText(text, encoding)]);
          const csv = await openCsv({ open: async () => inChunks(bytes, chunk), gzip: false });
          if (csv.kind === 'fault') throw new Error(csv.what);
          expect(csv.format).toMatchObject({ encoding, dialect: { delimiter } });
          const records = (await collect(csv.records)).map((record) => {
            if (record.kind === 'fault') throw new Error(record.what);
            return record;
          });
          expect(records.map(({ cells }) => cells)).toEqual(
            rows.map((cells) => ['x', ...cells.map(({ text }) => text)]),
          );
          const written = writeRecords([csv.header, ...records], dialect, encoding);
          expect(Buffer.concat([markBytes(encoding), written]).equals(bytes)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});

it('a cell with a line break is written in quotes with any line ending', () => {
  const row = { cells: ['two\nlines', 'two\rlines', ' one'], quoted: [] };
  const written = writeRecords([row], { ...comma, lineEnding: '\r\n' }, { name: 'utf-8', mark: false });
  expect(written.toString('utf8')).toBe('"two\nlines","two\rlines", one\r\n');
});

describe('a line number', () => {
  it('a line number is the one that an editor shows, also after blank lines and line breaks in cells', async () => {
    expect(await linesOf('h\n\na,"x\r\ny\r\nz"\n\n\nb\r\nc\rd\n"e\r",f\ng')).toEqual([
      [1, 'h'],
      [3, 'a', 'x\r\ny\r\nz'],
      [8, 'b'],
      [9, 'c'],
      [10, 'd'],
      [11, 'e\r', 'f'],
      [13, 'g'],
    ]);
  });

  it('an unclosed quote is reported at the line of the row in which it opens', async () => {
    const items = await linesOf('h,i\na,b\n\nc,"d\ne,f\n');
    expect(items.at(-1)).toEqual([4, 'unclosed_quote']);
  });

  it.each([
    ['behind a cell of several lines', 'h,i\n"a\r\nb","c\nd\n', 3],
    ['behind doubled quotes', 'h,i\n"a""\n""b",x,"c\nd\n', 3],
    ['behind an empty cell in quotes', 'h,i\na,b\n"",\n"","\n', 4],
    ['in the first cell', 'h,i\n\n"a,b\nc', 3],
    ['before doubled quotes', 'h,i\na,"b""\n,c', 2],
  ])('an unclosed quote %s is reported at the line where it opens', async (_, text, line) => {
    expect((await linesOf(text)).at(-1)).toEqual([line, 'unclosed_quote']);
  });
});

describe('a record', () => {
  it.each([
    ['of nothing but delimiters', `h,i\na,b\n${','.repeat(3_000_000)}`],
    ['of one endless cell', `h,i\na,b\n"${'x'.repeat(3_000_000)}"`],
  ])('a record %s is refused at the line where it begins', async (_, text) => {
    expect((await linesOf(text)).at(-1)).toEqual([3, 'record_too_large']);
  });

  it('a record that never ends is refused without reading on', async () => {
    let slices = 0;
    async function* endless(): AsyncGenerator<string> {
      yield 'h,i\n';
      for (; slices < 1_000; slices += 1) yield ','.repeat(16_384);
    }
    const items = await collect(eachRecord(readRecords(endless(), comma)));
    expect(items.at(-1)).toMatchObject({ code: 'record_too_large', line: 2 });
    expect(slices).toBeLessThan(40);
  });

  it('records with cells up to the size limit are read', async () => {
    const cell = 'x'.repeat(120_000);
    const lines = await linesOf(Array.from({ length: 40 }, () => `${cell},b`).join('\n'));
    expect(lines).toHaveLength(40);
    expect(lines.at(-1)?.[1]).toHaveLength(120_000);
  });
});

describe('arbitrary bytes', () => {
  it('the reader neither throws nor hangs on arbitrary bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 1, max: 50 }), async (bytes, chunk) => {
        const file = { open: async () => inChunks(Buffer.from(bytes), chunk), gzip: false };
        await readCsv(file, ({ records }) => collect(records));
      }),
      { numRuns: 500 },
    );
  });
});

describe('an encoding', () => {
  it('a file that is not UTF-8 is read as Windows-1252', async () => {
    const bytes = Buffer.from('Name,City\nZoë,Köln\n', 'latin1');
    const file = { open: async () => inChunks(bytes, 3), gzip: false };
    const read = await readCsv(file, async ({ format, records }) => ({ format, records: await collect(records) }));
    expect(read).toMatchObject({
      format: { encoding: { name: 'windows-1252' } },
      records: [{ cells: ['Zoë', 'Köln'] }],
    });
    expect(encodeText('Zoë €', { name: 'windows-1252', mark: false })).toEqual(
      Buffer.from([0x5a, 0x6f, 0xeb, 0x20, 0x80]),
    );
  });

  it('an encoding is announced by its byte order mark, which is not part of the text', async () => {
    const bytes = Buffer.from('\uFEFFa', 'utf16le');
    expect(announcedEncoding(bytes)).toEqual({ name: 'utf-16le', mark: true });
    expect(await collect(decodeText(inChunks(bytes, 1), { name: 'utf-16le', mark: true }))).toEqual(['a']);
  });
});

describe('a dialect', () => {
  it.each<[string, Partial<Dialect>]>([
    ['a;b;c\r\n1;2;3', { delimiter: ';', lineEnding: '\r\n' }],
    ['"a,b,c";d\n', { delimiter: ';' }],
    ['a\tb\n', { delimiter: '\t' }],
    ['\ta\tb\n', { delimiter: '\t' }],
    ['\n\na|b\n', { delimiter: '|' }],
    ['only\n', { delimiter: ',' }],
    ['sep=;\na,b;c\n', { delimiter: ';', sepLine: true }],
    ['"multi\nline";b\r\n', { delimiter: ';', lineEnding: '\r\n' }],
  ])('the dialect of %j is detected', (text, expected) => {
    expect(detectDialect(text)).toMatchObject(expected);
  });
});

describe('a guard against formulas', () => {
  it('the guard against formulas is removed exactly as it was added', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          cell,
          fc.string({ unit: fc.constantFrom("'", '=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', 'a') }),
        ),
        (text) => {
          expect(unguardCell(guardCell(text))).toBe(text);
          expect(guardCell(text)).not.toMatch(/^[=+\-@＝＋－＠\t\r]/);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

it.each([16_383, 16_384, 32_767])(
  'a character of two halves stays whole wherever the text is cut: at %s',
  async (at) => {
    const text = `a,b\n${'n'.repeat(at - 4)}\u{1f600} hi,2\n`;
    const [, record] = await collect(eachRecord(readRecords(one(text), comma)));
    expect(record).toMatchObject({ cells: [`${'n'.repeat(at - 4)}\u{1f600} hi`, '2'] });
  },
);
