import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { knownColumnOf } from '../../shared/header/column-name.ts';
import { eventKinds } from '../../shared/log.ts';
import { brokersPage, upToDate } from './generated-parts.ts';

const root = join(import.meta.dirname, '..', '..');

it('docs/brokers.md knows every code that a report can hold, and shows real lines of the samples’ reports (npm run docs)', async () => {
  const page = readFileSync(brokersPage, 'utf8');
  expect(await upToDate(page)).toBe(page);
});

it('every name in the table of columns in docs/brokers.md means its column', () => {
  const [, section = ''] = readFileSync(brokersPage, 'utf8').split(/^## (?:Columns|Values)$/m);
  const rows = [...section.matchAll(/^\| (?:\*\*)?`([a-z_.]+)`(?:\*\*)? \| (.*) \|$/gm)];
  expect(rows.length).toBeGreaterThan(35);
  for (const [, column = '', names = ''] of rows)
    for (const name of names.split(', ')) expect([name, knownColumnOf(name)]).toEqual([name, column]);
});

it('docs/operators.md knows every event of the logs, and no other', () => {
  const page = readFileSync(join(root, 'docs', 'operators.md'), 'utf8');
  const events = [...page.matchAll(/^\| `([a-z_]+)` \| (?:info|warn|error) \|/gm)].map(([, event]) => event);
  expect(events.toSorted()).toEqual(Object.keys(eventKinds).toSorted());
});

const pages = [...readdirSync(root), ...readdirSync(join(root, 'docs')).map((name) => join('docs', name))].filter(
  (name) => name.endsWith('.md'),
);

/** A heading as a link names it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll('`', '')
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

const anchorsOf = (path: string): string[] =>
  [...readFileSync(path, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));

it.each(pages)('every link of %s leads somewhere', (page) => {
  const path = join(root, page);
  const links = [...readFileSync(path, 'utf8').matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)];
  for (const [link, file = '', anchor] of links) {
    const target = file === '' ? path : join(dirname(path), file);
    expect(existsSync(target), `${link} in ${relative(root, path)}`).toBe(true);
    if (anchor !== undefined) expect(anchorsOf(target), link).toContain(anchor);
  }
});
