import { createReadStream, openSync } from 'node:fs';
import { SaxesParser } from 'saxes';
import { fromFdPromise } from 'yauzl';
import { TableFile } from '../../shared/table/open-by-kind.ts';
import { tellWhatItTook } from './measured-process.ts';

/**
 * Reads one workbook in one of two ways, and prints the seconds of processor time: `read` as the parser reads it, `bare`
 * with the libraries for zip and XML alone.
 */
tellWhatItTook();
const [way = '', file = ''] = process.argv.slice(2);

const read = async (path: string): Promise<number> => {
  const table = new TableFile(path, async () => createReadStream(path));
  const counted = await table.read(async ({ groups }) => {
    let rows = 0;
    for await (const group of groups) rows += group.length;
    return { rows };
  });
  table.close();
  if ('kind' in counted) throw new Error(counted.what);
  return counted.rows;
};

const nothing = (): void => undefined;

const bare = async (path: string): Promise<number> => {
  const zip = await fromFdPromise(openSync(path, 'r'), { autoClose: false, lazyEntries: true });
  for await (const entry of zip.eachEntry()) {
    const parser = new SaxesParser({ position: false });
    parser.on('opentag', nothing);
    parser.on('closetag', nothing);
    parser.on('text', nothing);
    const decoder = new TextDecoder();
    for await (const chunk of await zip.openReadStreamPromise(entry))
      parser.write(decoder.decode(chunk as Buffer, { stream: true }));
    parser.close();
  }
  return 0;
};

const ways: Readonly<Record<string, (path: string) => Promise<number>>> = { read, bare };
const wanted = ways[way];
if (wanted === undefined) throw new Error(`${way}: expected read or bare`);
// What is loaded for workbooks alone is loaded by both before they are measured.
await import('../../shared/workbook/read-workbook.ts');
const begin = process.cpuUsage();
const rows = await wanted(file);
const { user, system } = process.cpuUsage(begin);
process.stdout.write(`${JSON.stringify({ rows, cpuSeconds: (user + system) / 1e6 })}\n`);
