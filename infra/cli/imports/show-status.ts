import { setTimeout as sleep } from 'node:timers/promises';
import type { Summary } from '../../../shared/report/summary.ts';
import type { PlaceOptions } from '../program.ts';
import { progressLine, statusText } from './import-text.ts';
import { exitCodeOf, findImport, type ImportStatus, statusOf } from './known-imports.ts';
import { at, type Output, type Place } from './place.ts';

const asJson = ({ summary: _, ...status }: ImportStatus): string => `${JSON.stringify(status)}\n`;

const nextCommand = ({ importId, summary }: ImportStatus, { option }: Place): string =>
  summary === undefined
    ? `To follow it: npm start -- status ${importId} ${option} --watch`
    : `Its report: npm start -- report ${importId} ${option}`;

/** Says each change until the import has ended. */
const watch = async (first: ImportStatus, place: Place, show: (status: ImportStatus) => Promise<void>) => {
  let status = first;
  for (let shown = ''; ; ) {
    const line = progressLine(status);
    if (line !== shown) await show(status);
    shown = line;
    if (status.summary !== undefined) return status.summary;
    await sleep(place.pollMs);
    status = await statusOf(place.store, await findImport(place, status.importId));
  }
};

/** Follows an import to its end, saying each change; interrupted, it says how to go on following. */
export const watchImport = async (importId: string, place: Place, say: (line: string) => void): Promise<Summary> => {
  const status = await statusOf(place.store, await findImport(place, importId));
  process.once('SIGINT', () => {
    say(`\nThe import goes on. ${nextCommand(status, place)}`);
    process.exit(130);
  });
  return watch(status, place, async (one) => say(`  ${progressLine(one)}`));
};

/** Shows how far an import is; with `watch` until its end, and then the exit code is the import's. */
export const showStatus = (
  importId: string | undefined,
  options: PlaceOptions & { readonly watch?: boolean },
  { write, say }: Output,
): Promise<number> =>
  at(options, async (place) => {
    const status = await statusOf(place.store, await findImport(place, importId));
    const text = (one: ImportStatus): string => (options.json === true ? asJson(one) : statusText(one));
    if (options.watch !== true) {
      await write(text(status));
      say(nextCommand(status, place));
      return 0;
    }
    process.once('SIGINT', () => {
      say(`\nThe import goes on. ${nextCommand(status, place)}`);
      process.exit(130);
    });
    let isFirst = true;
    const summary = await watch(status, place, async (one) => {
      await write(options.json === true || isFirst ? text(one) : `  ${progressLine(one)}\n`);
      isFirst = false;
    });
    say(nextCommand({ ...status, summary }, place));
    return exitCodeOf(summary);
  });
