import { expect, it } from 'vitest';
import { fixedValues } from '../../../shared/lead/fixed-values.ts';
import { cellReaders } from '../../../shared/lead/lead.ts';
import { isRead } from '../../../shared/lead/refusal.ts';

it('every column with fixed values takes each of them, and no other column refuses all other texts', () => {
  const rules = { dates: 'DMY', today: '2026-11-23' } as const;
  for (const [column, values] of fixedValues)
    for (const value of values) expect(isRead(cellReaders.get(column)?.(value, rules)), column).toBe(true);
  const ofState = [...cellReaders].filter(([, read]) => isRead(read('NSW', rules)) && !isRead(read('XYZ', rules)));
  expect(ofState.map(([column]) => column).every((column) => fixedValues.has(column))).toBe(true);
});
