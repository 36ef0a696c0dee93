import { text } from 'node:stream/consumers';
import { fromBufferPromise } from 'yauzl';
import { aZip } from '../support/a-workbook.ts';

/** The parts of a workbook by their names, as text. */
export const partsOf = async (bytes: Buffer | undefined): Promise<Map<string, string>> => {
  const zip = await fromBufferPromise(bytes ?? Buffer.alloc(0));
  const parts = new Map<string, string>();
  for await (const entry of zip.eachEntry())
    parts.set(entry.fileName, await text(await zip.openReadStreamPromise(entry)));
  return parts;
};

/** The workbook of parts, some of them replaced. */
export const repacked = (
  parts: ReadonlyMap<string, string>,
  others: Readonly<Record<string, string>>,
): Promise<Buffer> => aZip({ ...Object.fromEntries(parts), ...others });
