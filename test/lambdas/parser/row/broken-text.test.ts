import { expect, it } from 'vitest';
import { isBrokenText, isEncodedText } from '../../../../lambdas/parser/row/broken-text.ts';

it.each([
  ['cp850', 'Jos‚'],
  ['cp850', 'Fran‡oise'],
  ['cp850', 'Bj”rn'],
  ['cp1250', '£ukasz'],
  ['cp1250', 'D¹browski'],
  ['cp1250', 'Dvoøák'],
  ['cp1251', 'Èâàí'],
  ['Mac Roman with line feeds', 'JosŽ'],
  ['Mac Roman with line feeds', 'Zo‘'],
  ['GBK', 'ÍõÐ¡Ã÷'],
  ['Big5', '¤ý¤p©ú'],
  ['Shift-JIS', '—é–Ø'],
])('a name that was written in %s shows it: %s', (_, text) => {
  expect(isBrokenText(text)).toBe(true);
});

it.each([
  'José',
  'Zoë',
  'Łukasz Wójcik',
  'Jiří Dvořák',
  'Søren Sørensen',
  'Bjørnstjerne',
  'Øystein',
  'Þór',
  'Müller-Lüdenscheidt',
  'Ñuñoa',
  'Ólafur',
  "O'Brien",
  'O’Brien',
  'D’Angelo',
  'Smith–Jones',
  'Café “Zum Löwen”',
  '„Haus“ GmbH',
  'Acme™ Pty Ltd',
  'Rock & Roll ®',
  'Col·legi',
  'Müller & Söhne',
  'Иван Петров',
  '王小明',
  'Nguyễn Văn Anh',
  'Čapek',
  'Saint-Éloi',
  'N°5',
  'L’Été',
])('a name that is right is not taken for broken: %s', (text) => {
  expect(isBrokenText(text)).toBe(false);
});

it.each([
  ['Rock &amp; Roll', true],
  ['Harbour%20Cafe', true],
  ['Jos+AOk-', true],
  ['Rock & Roll', false],
  ['50% off', false],
  ['C++ - Kurs', false],
])('whether %s holds what a web page or UTF-7 writes: %s', (text, expected) => {
  expect(isEncodedText(text)).toBe(expected);
});
