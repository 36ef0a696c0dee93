import { expect, it } from 'vitest';
import { tableRows } from '../../../../infra/cli/leads/lead-text.ts';

const lead = {
  id: '5b3c41aa9e8dec24a3117b3c',
  status: 'AWAITING_LOAN_DOCUMENTS',
  stakeholder: { first_name: 'Wilhelmina-Alexandra', last_name: 'van der Bergh-Montgomery' },
  company: { name: '株式会社シドニー不動産ホールディングス' },
  loan: { requested_amount: 123_456 },
  created_at: '2026-11-24T13:40:26+10:00',
  lead_application_status: 'IN_PROCESS',
};

/** Terminal columns of a line: those of East Asia are two wide. */
const columnsOf = (line: string): number =>
  [...line].reduce(
    (sum, character) => sum + (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uff00-\uff60]/.test(character) ? 2 : 1),
    0,
  );

it.each([80, 100, 160])('a table fits a terminal of %i columns, and shows the id and the amount whole', (width) => {
  const [header = '', row = '', ...rest] = tableRows([lead], width, true).trimEnd().split('\n');
  expect(rest).toEqual([]);
  for (const line of [header, row]) expect(columnsOf(line)).toBeLessThan(width);
  expect(row).toMatch(/^5b3c41aa9e8dec24a3117b3c {2}2026-11-24 .* 123456$/);
});
