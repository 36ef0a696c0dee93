import {
  localBucketName,
  prefixes,
  retryWorkbookFile,
  unconfirmedFile,
  unconfirmedWorkbookFile,
  withoutEnding,
} from '../bucket/keys.ts';
import { shellWord, visibleText } from '../words/escaping.ts';
import { retryFileOf, type Summary, unconfirmedFileOf } from './summary.ts';

/** How a file is dropped again, where the reader is. */
export interface DropAgain {
  /** Ends a sentence that begins with "Save it and". */
  readonly how: string;
  readonly command?: string;
  /** The same for the file in which unconfirmed rows are answered. */
  readonly unconfirmedCommand?: string;
  /** Makes a mapping file for it. */
  readonly map?: string;
  /** How a file is sent that was only checked, where that is no command: ends a sentence that begins with "To send the file,". */
  readonly toSend?: string;
  readonly send?: string;
}

/** Of a shell: anything else would have to be quoted by rules that its reader does not know. */
const plainPath = /^[\w./ -]+$/;
const plainValue = /^[\w./%-]+$/;

/** Options that say how a file is read, and nothing of a workbook that is ours: it has one sheet and no encoding. */
const ofReading = new Set(['encoding', 'sheet']);

const answered: ReadonlySet<string> = new Set([unconfirmedFile, unconfirmedWorkbookFile]);
const workbooks: ReadonlySet<string> = new Set([retryWorkbookFile, unconfirmedWorkbookFile]);

/** The options with which a file is imported again: the file itself, the one of its rows to correct, or of those to answer, which to check settles nothing. */
export const optionsFor = (file: string, options: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(options).filter(
      ([name]) => !(workbooks.has(file) && ofReading.has(name)) && !(answered.has(file) && name === 'dry-run'),
    ),
  );

/** Options as S3's metadata takes them on a command line; undefined where one of them would have to be quoted. */
const metadataArgument = (options: Readonly<Record<string, string>>): string | undefined => {
  const all = Object.entries(options);
  if (!all.every(([, value]) => plainValue.test(value))) return undefined;
  return all.length === 0 ? '' : ` --metadata ${all.map(([name, value]) => `${name}=${value}`).join(',')}`;
};

/** Drops a file that was only checked where it is imported. */
const sendCommand = (bucket: string, path: string, given: Readonly<Record<string, string>>): string | undefined => {
  const { 'dry-run': _, ...options } = given;
  const metadata = metadataArgument(options);
  const target = `s3://${bucket}/${prefixes.incoming}${path}`;
  if (metadata === undefined || !plainPath.test(target.slice('s3:'.length))) return undefined;
  return `aws s3 cp ${shellWord(path.slice(path.lastIndexOf('/') + 1))} ${shellWord(target)}${metadata}`;
};

/**
 * How a file is dropped again by whoever has the report before them: into the bucket, or by the command line of the machine.
 * @param given options that the upload had: without them the same rows could be read otherwise
 */
export const dropAgainOf = (
  summary: Pick<Summary, 'source' | 'reports' | 'mode'>,
  given: Readonly<Record<string, string>>,
): DropAgain => {
  const { bucket, key } = summary.source;
  const names = Object.keys(optionsFor(retryFileOf(summary), given)).join(', ');
  const withOptions = names === '' ? '' : `, with the options that the file had (${visibleText(names)})`;
  if (bucket === localBucketName) return { how: 'import it again with the command that the terminal showed' };
  const path = key.slice(key.indexOf('/') + 1);
  const folder = `${prefixes.incoming}${path.slice(0, path.lastIndexOf('/') + 1)}`;
  const commandFor = (file: string): string | undefined => {
    const target = `s3://${bucket}/${prefixes.incoming}${withoutEnding(path)}-${file}`;
    const metadata = metadataArgument(optionsFor(file, given));
    if (metadata === undefined || !plainPath.test(target.slice('s3:'.length))) return undefined;
    return `aws s3 cp ${file} ${shellWord(target)}${metadata}`;
  };
  const file = summary.mode === 'dry-run' ? sendCommand(bucket, path, given) : undefined;
  const [command, unconfirmedCommand] = [retryFileOf(summary), unconfirmedFileOf(summary)].map(commandFor);
  return {
    how: `drop it into ${visibleText(folder)} of the bucket ${bucket}${withOptions}`,
    ...(summary.mode === 'dry-run' && { toSend: `drop it into ${visibleText(folder)} of the bucket ${bucket}` }),
    ...(command !== undefined && { command }),
    ...(unconfirmedCommand !== undefined && { unconfirmedCommand }),
    ...(file !== undefined && { send: file }),
  };
};
