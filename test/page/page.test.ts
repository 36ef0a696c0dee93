import axe, { type AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reportHtml } from '../../lambdas/reporter/page/html.ts';
import { importIdOf } from '../../shared/bucket/import-id.ts';
import { reportPrefix } from '../../shared/bucket/keys.ts';
import { aSummary } from '../support/a-summary.ts';
import { PipelineHarness } from '../support/pipeline-harness.ts';
import { aCsv, aRow } from '../support/sample-rows.ts';
import { againstHanging, openBrowser } from './browser.ts';
import { pages } from './pages.ts';

let browser: Browser | undefined;
let window: Page | undefined;
beforeAll(async () => {
  browser = await openBrowser();
  // The page itself forbids every script, and the rules of accessibility are one.
  window = await browser?.newPage({ bypassCSP: true });
  window?.setDefaultTimeout(againstHanging);
});
afterAll(() => browser?.close());

/** Looks at a page in a browser window of a width. */
const lookAt = async <Seen>(
  html: string,
  [width, colorScheme]: readonly [number, 'light' | 'dark'],
  look: (page: Page) => Promise<Seen>,
): Promise<Seen> => {
  if (window === undefined) throw new Error('there is no browser');
  await window.setViewportSize({ width, height: 900 });
  await window.emulateMedia({ colorScheme });
  await window.setContent(html);
  return look(window);
};

const textOf = (html: string): Promise<string> => lookAt(html, [1_280, 'light'], (page) => page.innerText('body'));

/** What could load or lead elsewhere: a link to a file beside the page does not. */
const living = (page: Page): Promise<number> =>
  page
    .locator(
      'img,iframe,object,embed,form,link,body script,a:not([href$=".xlsx"],[href$=".csv"],[href="summary.json"],[href="#problems"]),a[href*=":"],a[href*="/"]',
    )
    .count();

const widthOf = (page: Page) => page.evaluate('document.documentElement.scrollWidth');

/** What the rules of accessibility find, and what they do not ask for. */
const accessibility = async (page: Page) => {
  await page.addScriptTag({ content: axe.source });
  return {
    landmarks: await page.evaluate(
      "['header','main','footer'].map((name) => document.querySelectorAll('body>' + name).length)",
    ),
    headers: await page.evaluate("[...document.querySelectorAll('th')].every((cell) => cell.scope !== '')"),
    violations: ((await page.evaluate('axe.run()')) as AxeResults).violations.map(({ id }) => id),
  };
};

it.each(Object.keys(pages))(
  'the page %s needs no sideways scrolling from 320 to 2,560 pixels, and has no accessibility finding in light or dark',
  async (name) => {
    const html = (await pages[name]?.()) ?? '';
    expect(Buffer.byteLength(html)).toBeLessThan(100_000);
    expect(html).not.toMatch(/<script/i);
    if (browser === undefined) return;
    for (const [width, scheme] of [
      [320, 'light'],
      [375, 'dark'],
    ] as const) {
      await lookAt(html, [width, scheme], async (page) => {
        expect({ width: await widthOf(page), alive: await living(page) }).toEqual({ width, alive: 0 });
        expect(await accessibility(page)).toEqual({ landmarks: [1, 1, 1], headers: true, violations: [] });
        await page.setViewportSize({ width: 2_560, height: 900 });
        expect(await widthOf(page)).toBe(2_560);
      });
    }
  },
);

it.each(['three-hundred-problems', 'outage', 'cancelled', 'documents-missing', 'a-million-rows'])(
  'the first screen of %s names retry.xlsx and what to do',
  async (name) => {
    if (browser === undefined) return;
    const first = (await textOf((await pages[name]?.()) ?? '')).slice(0, 1_200);
    expect(first).toContain('retry.xlsx');
    expect(first).toContain('What to do next');
  },
);

it('a file that went through says so in one screen, and asks for nothing', async () => {
  if (browser === undefined) return;
  const text = await textOf((await pages['all-created']?.()) ?? '');
  expect(text).toContain('37 of 37 rows became leads at lumi. Nothing is left for you to do.');
  expect(text).not.toContain('What to do next');
  expect(text.length).toBeLessThan(1_000);
});

it('500 rows with 300 problems are two sheets of paper', async () => {
  if (browser === undefined) return;
  const page = await browser.newPage();
  page.setDefaultTimeout(againstHanging);
  await page.setContent((await pages['three-hundred-problems']?.()) ?? '');
  const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
  await page.close();
  expect(pdf.match(/\/Type\s*\/Page\b/g)?.length).toBeLessThanOrEqual(2);
});

it('none of 1,000 values and hostile strings of a file is on its page', async () => {
  const planted = (at: number): string => `Zq${at}x<img src=x onerror=alert(${at})>"'&`;
  const table = Array.from({ length: 112 }, (_, row) =>
    aRow(row, Object.fromEntries(Object.keys(aRow(row)).map((name, at) => [name, planted(row * 10 + at)]))),
  );
  const harness = new PipelineHarness();
  const upload = harness.drop(
    'incoming/<b>hostile</b>.csv',
    aCsv(table).replace('Notes', '"Notes <script>alert(1)</script>"'),
  );
  await harness.parse(upload);
  await harness.submit();
  const summary = await harness.report(upload);
  expect(summary?.statuses.rejected).toBe(112);
  const html = harness.store.text(`${reportPrefix(upload.key, importIdOf(upload))}report.html`) ?? '';
  expect(html).not.toMatch(/Zq\d+x/);
  expect(html).not.toMatch(/<script|<img|<b>hostile/i);
  if (browser === undefined) return;
  expect(await lookAt(html, [1_280, 'light'], living)).toBe(0);
  expect(await textOf(html)).toContain('<b>hostile</b>.csv was imported');
});

it('what may be at lumi without anybody knowing is the first sentence of the page', () => {
  const warnings = ['maybe_twice', 'same_lead'].map((code) => ({ code, column: '', count: 1, lines: [] }));
  const facts = { groups: [], guesses: {}, options: {}, timeZone: 'Australia/Sydney' };
  expect(reportHtml(aSummary({ warnings }, { created: 5, unconfirmed: 2 }), facts)).toContain(
    '1 lead may be at lumi twice, 1 row with another row as one lead, 2 leads nobody could confirm: look at lumi first.',
  );
});

it('the rules of accessibility find a page that has none of what they ask for', async () => {
  if (browser === undefined) return;
  const html = '<p style="color:#eee;background:#fff">Hardly to be read</p>';
  const { violations, landmarks } = await lookAt(html, [1_280, 'light'], accessibility);
  expect(violations).toEqual(expect.arrayContaining(['color-contrast', 'document-title', 'html-has-lang']));
  expect(landmarks).toEqual([0, 0, 0]);
});

it('a header named as something that every object has is only a name', async () => {
  const harness = new PipelineHarness();
  const upload = harness.drop('incoming/a.csv', 'First Name,Email,constructor,toString\nAva,ava@example.com,x,y\n');
  await harness.parse(upload);
  await harness.report(upload);
  const html = harness.store.text(`${reportPrefix(upload.key, importIdOf(upload))}report.html`) ?? '';
  expect(html).toContain('constructor');
  expect(html).not.toMatch(/native code|perhaps/);
});
