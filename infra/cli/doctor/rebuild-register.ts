import { registerKey } from '../../../shared/bucket/keys.ts';
import { getText } from '../../../shared/bucket/object-store.ts';
import { isReadable, otherVersion, stateVersion } from '../../../shared/bucket/stored-json.ts';
import { limits } from '../../../shared/limits.ts';
import type { Register } from '../../../shared/memory/register.ts';
import { parseJson } from '../../../shared/parse-json.ts';
import { counted } from '../../../shared/words/counted.ts';
import { at } from '../places/open-place.ts';
import type { PlaceOptions } from '../places/place.ts';
import { isWanted } from '../terminal/confirmed.ts';
import type { Output } from '../terminal/output.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { rebuiltRegister } from './rebuilt-register.ts';

export interface RebuildOptions extends PlaceOptions {
  readonly yes?: boolean | undefined;
}

/** A register that another version wrote is not written over, as what only that one can read is. */
const checkVersion = (text: string | undefined): void => {
  const { version } = (parseJson(text ?? '') ?? {}) as { readonly version?: unknown };
  if (typeof version === 'number' && !isReadable(version)) throw otherVersion(registerKey, version);
};

/** What a register that is there names, however little of it can be read. */
const namedBy = (text: string | undefined): string => {
  if (text === undefined) return 'it is missing';
  const { entries, merged } = (parseJson(text) ?? {}) as Partial<Register>;
  if (!Array.isArray(entries) || !Array.isArray(merged)) return 'it cannot be read';
  return `it names ${sizeOf({ entries, merged })}`;
};

const sizeOf = ({ entries, merged }: Pick<Register, 'entries' | 'merged'>): string =>
  `${counted(entries.length, 'import')} and ${counted(merged.length, 'merged file')}`;

/** Makes the register of a place anew from what its imports have left there, once it was shown and somebody said yes. */
export const rebuildRegister = async (options: RebuildOptions, { write, say }: Output): Promise<number> =>
  at(options, async ({ store }) => {
    const stored = await getText(store, registerKey);
    checkVersion(stored?.text);
    const register = await rebuiltRegister(store, limits.mergedAtOnce);
    if (options.json === true) await write(`${JSON.stringify(register)}\n`);
    say(`The register of imports, ${registerKey}: ${namedBy(stored?.text)}; made anew it names ${sizeOf(register)}.`);
    for (const { importId, source } of register.entries.slice(-limits.firstLines)) say(`  ${importId}  ${source}`);
    if (!(await isWanted(options.yes, 'Write it?', 'write it'))) return 2;
    const condition = stored === undefined ? ({ ifAbsent: true } as const) : { ifMatch: stored.etag };
    const text = JSON.stringify({ version: stateVersion, ...register });
    if ((await store.put(registerKey, text, condition)).kind !== 'written')
      throw new UsageError('An import changed the register meanwhile: run the command again.');
    say('The register was written. Drop refused files again.');
    return 0;
  });
