import pMap from 'p-map';
import { knownImports, statusOf } from '../places/known-imports.ts';
import { at } from '../places/open-place.ts';
import type { PlaceOptions } from '../places/place.ts';
import type { Output } from '../terminal/output.ts';
import { importTable } from './import-table.ts';
import { statusJson } from './import-text.ts';

const latest = 20;
const readsAtOnce = 8;

/** Lists the imports of a place, the latest first. */
export const listImports = (
  options: PlaceOptions & { readonly all?: boolean | undefined },
  { write, say, width }: Output,
): Promise<number> =>
  at(options, async (place) => {
    const known = await knownImports(place);
    const shown = options.all === true ? known : known.slice(0, latest);
    const imports = await pMap(shown, (one) => statusOf(place.store, one), { concurrency: readsAtOnce });
    if (options.json === true) await write(imports.map(statusJson).join(''));
    else if (imports.length > 0) await write(importTable(imports, width));
    if (known.length > shown.length)
      say(`The latest ${shown.length} of ${known.length} imports; --all shows all of them.`);
    else say(known.length === 1 ? '1 import.' : `${known.length} imports.`);
    return 0;
  });
