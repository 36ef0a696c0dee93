import { expect, it } from 'vitest';
import { isProgramText } from '../../../../lambdas/parser/row/program-text.ts';

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
])('%s was written by a person', (text) => {
  expect(isProgramText(text)).toBe(false);
});
