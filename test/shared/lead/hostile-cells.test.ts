import { describe, expect, it } from 'vitest';
import { readRow } from '../../../lambdas/parser/row/row.ts';
import { knownColumnOf } from '../../../shared/header/column-name.ts';
import { matchHeader } from '../../../shared/header/header.ts';
import { noMapping, readMapping } from '../../../shared/header/mapping.ts';
import { canonicalColumns } from '../../../shared/lead/lead.ts';
import { planOf } from '../../support/row-plan.ts';

const length = 100_000;

/** What makes a pattern try again and again. */
const hostile: Readonly<Record<string, string>> = {
  letters: 'a'.repeat(length),
  digits: '1'.repeat(length),
  spaces: `a${' '.repeat(length)}b`,
  at: '@'.repeat(length),
  'letters before an at': `${'a'.repeat(length)}@`,
  dots: `a@${'a.'.repeat(length / 2)}`,
  'dotted words': 'a.'.repeat(length / 2),
  hyphens: '-'.repeat(length),
  'digits and commas': '1,'.repeat(length / 2),
  'digits and spaces': '1 '.repeat(length / 2),
  brackets: '('.repeat(length),
  'closed brackets': `${'('.repeat(length / 2)}${')'.repeat(length / 2)}`,
  semicolons: ';'.repeat(length),
  slashes: 'a/'.repeat(length / 2),
  plus: '+'.repeat(length),
  accents: 'é'.repeat(length),
  'marks of other code pages': 'a‚'.repeat(length / 2),
  'ampersands and percents': '&%2'.repeat(length / 3),
};

// Linear costs milliseconds here; a pattern that tries again and again would take hours, and the time limit ends it.
describe('a hostile cell', () => {
  const plan = planOf(canonicalColumns);

  it.each(Object.entries(hostile))(
    'a cell of 100,000 hostile characters costs no more than its length in any column: %s',
    (_, text) => {
      for (const position of canonicalColumns.keys()) {
        const cells = canonicalColumns.map((_column, index) => (index === position ? text : ''));
        expect(readRow(cells, plan).kind).toBe('rejected');
      }
    },
  );

  it.each(Object.entries(hostile))(
    'a header of 100,000 hostile characters costs no more than its length: %s',
    (_, text) => {
      expect(knownColumnOf(text)).toBeUndefined();
      expect(matchHeader([text, 'Email'], noMapping, true)).toHaveProperty('fault');
    },
  );
});

describe('what a terminal would obey', () => {
  const clear = '\u001b[2J\u009b1m';

  it('control characters of header names and mapping files reach no message, and long names are cut', () => {
    const { fault } = matchHeader([`First${clear}`, 'Email', 'x'.repeat(5_000)], noMapping, true);
    const read = readMapping(JSON.stringify({ columns: { [clear]: clear }, [clear]: 1 }));
    const said = [JSON.stringify(fault), JSON.stringify(read)].join();
    expect(said).not.toMatch(/[\u001b\u009b]|\\u001b|\\u009b/);
    expect(said).toContain('<U+001B>');
    expect(fault?.what.length).toBeLessThan(1_000);
  });

  it('what looks like a value is not repeated where a row stands in place of the header', () => {
    const { fault } = matchHeader(['Ava', 'ava@example.com', '0412 345 678', 'Email'], noMapping, true);
    const message = fault?.what;
    expect(message).not.toMatch(/ava@example\.com|0412/);
    expect(message).toContain('has no column for');
  });
});
