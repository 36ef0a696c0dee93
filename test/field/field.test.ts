import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../support/command-line.ts';
import { directory, type FieldCase, outcomeOf, shortcomings } from './field-case.ts';

const cases = JSON.parse(readFileSync(join(directory, 'cases.json'), 'utf8')) as readonly FieldCase[];
const ofMap = cases.filter(({ expect: { notDropped } }) => notDropped !== undefined);

describe('what people really have', () => {
  it.each(cases.filter((each) => !ofMap.includes(each)).map((each) => [each.name, each] as const))(
    '%s',
    async (_, { file, line, documents, expect: expected }) => {
      const outcome = await outcomeOf(file.replace('files/', ''), readFileSync(join(directory, file)), { documents });
      expect(shortcomings(expected, outcome, line)).toEqual([]);
    },
  );

  it.each(ofMap.map((each) => [each.name, each] as const))(
    'map: %s',
    async (_, { file, expect: { notDropped = [] } }) => {
      const out = join(mkdtempSync(join(tmpdir(), 'field-')), 'a.mapping.json');
      await runCommand(['map', join(directory, file), '--yes', '--out', out]);
      const { columns } = JSON.parse(readFileSync(out, 'utf8'));
      expect(notDropped.filter((header) => columns[header] === null)).toEqual([]);
    },
  );
});
