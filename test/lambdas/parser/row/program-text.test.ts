import { expect, it } from 'vitest';
import { isProgramText, mayBeProgramText } from '../../../../lambdas/parser/row/program-text.ts';

it.each([
  'Wird geladen...',
  'Chargement…',
  'Cargando...',
  'Загрузка...',
  '読み込んでいます...',
  'DBNull',
  '-Infinity',
  '<object object at 0x7f3a>',
  '[Ljava.lang.String;@1f',
  '%!s(<nil>)',
  'System.Collections.Generic.List`1[System.String]',
  '«Company»',
  '1.#INF',
  '#NV',
  '#N/A',
  '#Н/Д',
  '#¡VALOR!',
  '#¿NOMBRE?',
  '#I/T',
  '#HIÁNYZIK',
  '#DIV/0!',
  '#Error',
  '#Deleted',
  '#Fehler',
  '#N/A N/A',
  '=VLOOKUP(A2,Sheet2!A:B,2,FALSE)',
  '=A2&" Pty Ltd"',
  '=A2',
  '=$B$12',
  "='Old leads'!A1",
  '=Sheet1!A1',
  '=WENN(A1;B1;"")',
  '[Record]',
  '[Table]',
  '[Object object]',
  'Microsoft.SharePoint.Client.FieldUserValue',
  '{"name":"Okafor"}',
  "['Okafor Pty Ltd']",
  "b'Okafor Pty Ltd'",
  'Dear {{first_name}}',
  '{{company}} Pty Ltd',
  ['$', '{name}'].join(''),
  '<%= name %>',
  '«First_Name»',
  '<Company Name>',
  '[Company Name]',
  'Invalid Date',
  'invalid date',
])('%s was written by a program', (text) => {
  expect(isProgramText(text)).toBe(true);
});

it.each([
  'Cargando Tiles',
  'Laden & Sons',
  'Infinity Pools',
  'Java Coffee',
  'System Fencing',
  'Wirda',
  'Laden',
  'Cargando',
  '<3 Flowers',
  'Nan',
  'Infinity',
  'INFINITY',
  '«Ромашка»',
  '#BOSS',
  '#VIP',
  '#1 Tiling',
  '#12/34',
  '##',
  '=A1 Tiling',
  'Invalid Dates Pty Ltd',
  "B'Elanna",
  'J.R.R.',
  '[urgent] call first',
  'Microsoft',
])('%s was written by a person', (text) => {
  expect(isProgramText(text)).toBe(false);
});

it.each(['Nan', 'Infinity', '#BOSS', '#URGENT', '##', 'null Pty Ltd', '[urgent]', '<urgent>', 'None', 'n/a'])(
  '%s may be a value, and is sent with a warning where anything can be',
  (text) => {
    expect(mayBeProgramText(text)).toBe(true);
  },
);

it.each(['«Ромашка»', 'Nulla', 'Nanette', 'Nan Okafor', '#1 Tiling'])('%s is a value', (text) => {
  expect(mayBeProgramText(text)).toBe(false);
});
