import { exitCodeOf, findImport, type ImportStatus, statusOf } from '../places/known-imports.ts';
import { at } from '../places/open-place.ts';
import type { Place, PlaceOptions } from '../places/place.ts';
import { interruptible } from '../terminal/interruptible.ts';
import type { Output } from '../terminal/output.ts';
import { follow } from './follow.ts';
import { progressLine, statusJson, statusText } from './import-text.ts';

const nextCommand = ({ importId, summary }: ImportStatus, { option }: Place): string =>
  summary === undefined
    ? `To follow it: npm start -- status ${importId} ${option} --watch`
    : `Its report: npm start -- report ${importId} ${option}`;

/** Shows how far an import is; with `watch` until its end, and then the exit code is the import's. */
export const showStatus = (
  importId: string | undefined,
  options: PlaceOptions & { readonly watch?: boolean | undefined },
  { write, say }: Output,
): Promise<number> =>
  at(options, async (place) => {
    const known = await findImport(place, importId);
    const status = await statusOf(place.store, known);
    const idle = status.summary === undefined ? place.idle?.() : undefined;
    const text = (one: ImportStatus): string => (options.json === true ? statusJson(one) : statusText(one));
    if (options.watch !== true) {
      await write(text(status));
      say(idle ?? nextCommand(status, place));
      return 0;
    }
    if (idle !== undefined) say(idle);
    let isFirst = true;
    const following = follow(known, place, async (one) => {
      await write(options.json === true || isFirst ? text(one) : `  ${progressLine(one)}\n`);
      isFirst = false;
    });
    const summary = await interruptible(following, () => say(`\nThe import goes on. ${nextCommand(status, place)}`));
    say(nextCommand({ ...status, summary }, place));
    return exitCodeOf(summary);
  });
