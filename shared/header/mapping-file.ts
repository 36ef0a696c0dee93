import { containerKind } from '../table/recognise-kind.ts';
import { headersOf, type Mapping, type MappingFault, readMapping } from './mapping.ts';
import type { MappingInWorkbook } from './read-mapping-workbook.ts';

/** Whether a mapping file is a workbook, by its name. */
const isWorkbook = (name: string): boolean => /\.xlsx$/i.test(name);

/** What is read of workbooks is loaded for them alone. */
const inWorkbook = async (bytes: Buffer): Promise<MappingInWorkbook> =>
  (await import('./read-mapping-workbook.ts')).readMappingWorkbook(bytes);

/** A mapping file's JSON, whichever form it has; or what is wrong with its workbook. */
const jsonOf = async (name: string, bytes: Buffer): Promise<{ readonly text: string } | { readonly fault: string }> => {
  if (!isWorkbook(name)) return { text: bytes.toString('utf8') };
  if (containerKind(bytes.subarray(0, 16)) === 'compound')
    return {
      fault:
        'it is protected by a password, or an old workbook (.xls): save it as an Excel workbook (.xlsx) without one',
    };
  const read = await inWorkbook(bytes);
  return 'fault' in read ? read : { text: JSON.stringify(read.json) };
};

/** Reads a mapping file, of JSON or a workbook. */
export const readMappingFile = async (
  name: string,
  bytes: Buffer,
): Promise<{ readonly mapping: Mapping } | MappingFault> => {
  const json = await jsonOf(name, bytes);
  return 'fault' in json ? json : readMapping(json.text);
};

/** The header that a mapping file was made for, whether or not the rest of it can be used; undefined where it names none. */
export const headersIn = async (name: string, bytes: Buffer): Promise<readonly string[] | undefined> => {
  if (!isWorkbook(name)) return headersOf(bytes.toString('utf8'));
  return (await import('./read-mapping-workbook.ts')).headersOfWorkbook(bytes);
};
