import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { FingerprintTable } from '../../../lambdas/parser/fingerprint-table.ts';
import type { LeadEntry } from '../../../shared/memory/fingerprint-file.ts';
import type { Holder } from '../../../shared/memory/held-leads.ts';

describe('a fingerprint table', () => {
  const holder = (number: number): Holder => ({ importId: `import ${number}`, source: 'incoming/a.csv', ended: true });
  const print = (lead: number, visible = lead, core = lead) => {
    const hex = (number: number, length: number): string => number.toString(16).padStart(length, '0');
    // The same first four bytes: every one of them collides in the table.
    return { lead: hex(lead, 32), visible: hex(visible, 16), core: hex(core, 16) };
  };
  /** An entry of a fingerprint file. */
  const entry = (lead: number, line: number, leadId: string): LeadEntry => ({
    lead: Buffer.from(print(lead).lead, 'hex'),
    visible: Buffer.from(print(lead).visible, 'hex'),
    core: Buffer.from(print(lead).core, 'hex'),
    line,
    leadId,
  });

  it('a fingerprint table knows the first row of each lead, its twins and the earlier import, despite collisions', () => {
    const table = new FingerprintTable();
    // More than a table has room for at first, twice.
    for (let lead = 1; lead <= 1_200; lead += 1) expect(table.add(print(lead, lead % 1_199), lead + 1)).toBe(true);
    for (let lead = 1; lead <= 1_200; lead += 1) expect(table.firstLine(print(lead).lead)).toBe(lead + 1);
    expect(table.add(print(7), 9_000)).toBe(false);
    expect(table.firstLine(print(7).lead)).toBe(8);
    expect(table.hasTwin(print(1).visible)).toBe(true);
    expect(table.hasTwin(print(2).visible)).toBe(false);
    table.noteEarlier(entry(9_999, 44, 'unknown'), holder(3));
    expect(table.hasUnclaimed).toBe(false);
    table.noteEarlier(entry(9, 44, 'id-9'), holder(3));
    expect(table.earlierOf(print(9).lead)).toEqual({ holder: holder(3), line: 44, leadId: 'id-9' });
    expect(table.earlierOf(print(10).lead)).toBeUndefined();
    expect(table.hasUnclaimed).toBe(true);
    expect([...table.encoded()]).toHaveLength(1_200);
    expect([...table.encoded('claimed')]).toHaveLength(1_199);
  });

  it.each([
    {
      when: 'both created it',
      notes: [
        [5, 'b'],
        [3, 'a'],
        [7, 'c'],
      ] as const,
      best: 3,
    },
    {
      when: 'each left it in doubt: what the last one says counts',
      notes: [
        [5, ''],
        [3, ''],
        [7, ''],
      ] as const,
      best: 7,
    },
    {
      when: 'the later one created it',
      notes: [
        [5, ''],
        [7, 'c'],
        [3, ''],
      ] as const,
      best: 7,
    },
  ])('of several imports that hold a lead a fingerprint table names the best one when $when', ({ notes, best }) => {
    for (const order of [notes, notes.toReversed()]) {
      const table = new FingerprintTable();
      table.add(print(1), 2);
      for (const [number, leadId] of order) table.noteEarlier(entry(1, number, leadId), holder(number));
      expect(table.earlierOf(print(1).lead)?.line).toBe(best);
    }
  });

  it('a fingerprint table knows the earlier lead that has the core of one of its own, and leaves what is not sent', () => {
    const table = new FingerprintTable();
    table.add(print(1, 1, 77), 2);
    table.add(print(2, 2, 78), 3);
    table.noteEarlier({ ...entry(9, 44, 'id-9'), core: Buffer.from(print(0, 0, 77).core, 'hex') }, holder(3));
    expect(table.earlierOf(print(1).lead)).toBeUndefined();
    expect(table.earlierLike(print(0, 0, 77).core)).toEqual({ holder: holder(3), line: 44, leadId: 'id-9' });
    expect(table.earlierLike(print(0, 0, 78).core)).toBeUndefined();
    table.leave(print(1).lead);
    expect(table.earlierOf(print(1).lead)).toBeUndefined();
    expect([...table.encoded('claimed')]).toHaveLength(1);
  });

  it('a fingerprint table keeps every lead while it grows', () => {
    const table = new FingerprintTable();
    const leadOf = (number: number) => hash('sha256', `lead ${number}`).slice(0, 32);
    const visibleOf = (number: number) => hash('sha256', `visible ${number}`).slice(0, 16);
    const add = (number: number): boolean => {
      const shared = visibleOf(number % 4_999);
      return table.add({ lead: leadOf(number), visible: shared, core: shared }, number);
    };
    for (let number = 1; number <= 5_000; number += 1) expect(add(number)).toBe(true);
    for (let number = 1; number <= 5_000; number += 1) expect(add(number)).toBe(false);
    const lines = Array.from({ length: 5_000 }, (_, index) => table.firstLine(leadOf(index + 1)));
    expect(lines).toEqual(Array.from({ length: 5_000 }, (_, index) => index + 1));
    expect(table.hasTwin(visibleOf(1))).toBe(true);
    expect(table.hasTwin(visibleOf(2))).toBe(false);
    expect(table.sharedCoreLine(visibleOf(1))).toBe(1);
    expect(table.sharedCoreLine(visibleOf(2))).toBeUndefined();
  });
});
