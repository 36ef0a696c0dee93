import { expect, it } from 'vitest';
import { fromMetadata, toMetadata } from '../../../shared/bucket/metadata-text.ts';

it.each(['Leads', 'Übersicht 2026', 'Köln=?', '東京', '', '5%'])('%s travels and comes back', (text) => {
  const travelling = toMetadata(text);
  expect(travelling).toMatch(/^[\x20-\x7e]*$/);
  expect(fromMetadata(travelling)).toBe(text);
});

it.each([
  ['=?UTF-8?Q?=C3=9Cbersicht_2026?=', 'Übersicht 2026'],
  ['=?utf-8?b?w5xiZXI=?= =?UTF-8?Q?sicht?=', 'Übersicht'],
  ['=?ISO-8859-1?Q?=DC?=', '=?ISO-8859-1?Q?=DC?='],
  ['plain =?UTF-8?Q?x?=', 'plain =?UTF-8?Q?x?='],
])('%s is %s', (value, text) => {
  expect(fromMetadata(value)).toBe(text);
});
