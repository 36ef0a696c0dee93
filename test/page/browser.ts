import chromium from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';

/** In one process the browser ends with the first page that is closed. */
const args = chromium.args.filter((argument) => argument !== '--single-process');

/** Milliseconds. No look at a page may fail because the machine is slow. */
export const againstHanging = 600_000;

/** A browser from the npm registry; undefined, said aloud, where this machine cannot run it. */
export const openBrowser = async (): Promise<Browser | undefined> => {
  try {
    return await playwright.launch({ executablePath: await chromium.executablePath(), args, timeout: againstHanging });
  } catch (error) {
    const [why = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    process.stderr.write(`SKIPPED: Chromium does not run on this machine, so no page was looked at. ${why}\n`);
    return undefined;
  }
};
