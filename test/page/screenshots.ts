import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openBrowser } from './browser.ts';
import { pages } from './pages.ts';

/** `npm run screenshots`: every page on a desk, a phone, in the dark and on paper, in `out/screenshots/`. */
const folder = 'out/screenshots';
mkdirSync(folder, { recursive: true });
const browser = await openBrowser();
for (const [name, make] of Object.entries(pages)) {
  const html = await make();
  writeFileSync(join(folder, `${name}.html`), html);
  if (browser === undefined) continue;
  const looks = [
    ['desk', { viewport: { width: 1280, height: 900 } }],
    ['phone', { viewport: { width: 375, height: 812 }, deviceScaleFactor: 2 }],
    ['dark', { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' }],
  ] as const;
  for (const [look, options] of looks) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    await page.setContent(html);
    await page.screenshot({ path: join(folder, `${name}-${look}.png`), fullPage: name !== 'a-million-rows' });
    if (look === 'desk') await page.pdf({ path: join(folder, `${name}.pdf`), format: 'A4' });
    await context.close();
  }
  process.stdout.write(`${name}: ${html.length.toLocaleString('en-AU')} characters\n`);
}
await browser?.close();
