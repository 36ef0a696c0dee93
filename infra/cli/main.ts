import { once } from 'node:events';
import packageFile from '../../package.json' with { type: 'json' };
import { mappingJsonSchema } from '../../shared/lead/mapping-json-schema.ts';
import { StateDirectoryInUse } from '../local/directory-lock.ts';
import { type Arguments, readArguments, usage } from './arguments.ts';
import { checkKept, type LeadsArguments, showLeads } from './leads/show-leads.ts';
import { converse } from './map/converse.ts';
import { mapFile } from './map/map-file.ts';
import { openApi } from './open-api.ts';
import { startProgress } from './progress.ts';
import { checkFile, runImport } from './run-import.ts';
import { runSandbox } from './sandbox.ts';
import { templateCsv } from './template.ts';
import { UsageError } from './usage-error.ts';

/** What a shell expects of a command that was ended by Ctrl-C. */
const interrupted = 130;

/** Trouble that the person at the keyboard can do something about, in one line; anything else is ours and shows where. */
const explain = (error: unknown): string => {
  if (error instanceof UsageError || error instanceof StateDirectoryInUse) return error.message;
  return error instanceof Error
    ? `The import could not run: ${error.stack ?? error.message}`
    : 'The import could not run.';
};

/**
 * Who reads our output may leave before its end, as `head` does. An import goes on to its report: what it sends matters
 * more than who reads along.
 */
const outliveReaders = (): void => {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
};

/** Writes no faster than the reader reads. */
const writeOut = async (text: string): Promise<void> => {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
};

const sayOnError = (line: string): void => void process.stderr.write(`${line}\n`);

const leads = async (asked: LeadsArguments): Promise<number> => {
  checkKept(asked);
  // Without a reader there is nothing left to do.
  process.stdout.on('error', () => process.exit(0));
  const api = await openApi(asked, sayOnError);
  try {
    await showLeads(asked, api, { write: writeOut, width: process.stdout.columns, say: sayOnError });
    return 0;
  } finally {
    await api.stop();
  }
};

const importAll = async (imports: readonly Arguments[]): Promise<number> => {
  for (const each of imports) checkFile(each);
  let progress = startProgress(process.stderr);
  process.once('SIGINT', () => {
    progress.end();
    const hint =
      imports[0]?.state === undefined
        ? 'With --state DIR an interrupted import can go on.'
        : 'Run the same command again to go on.';
    progress.line(`\nInterrupted. ${hint}`);
    process.exit(interrupted);
  });
  const codes: number[] = [];
  for (const each of imports) {
    progress = startProgress(process.stderr);
    codes.push(await runImport(each, progress));
  }
  // A file that was refused weighs more than rows that need a person.
  return [1, 2].find((code) => codes.includes(code)) ?? 0;
};

const main = async (): Promise<number> => {
  outliveReaders();
  // Reports and state hold personal data: they are for their owner alone.
  process.umask(0o077);
  const [verb, ...rest] = process.argv.slice(2);
  if (verb === 'sandbox' && !rest.includes('--help') && !rest.includes('-h')) {
    await runSandbox(rest);
    return 0;
  }
  const given = readArguments(process.argv.slice(2));
  if (given === 'help') {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  if (given === 'version') {
    process.stdout.write(`${packageFile.version}\n`);
    return 0;
  }
  if (given === 'template') {
    process.stdout.write(templateCsv());
    return 0;
  }
  if (given === 'schema') {
    process.stdout.write(`${JSON.stringify(mappingJsonSchema(), null, 2)}\n`);
    return 0;
  }
  if ('map' in given) {
    const asks = process.stdin.isTTY && process.stdout.isTTY && !given.map.yes;
    return mapFile(given.map, (line) => void process.stdout.write(`${line}\n`), asks ? converse : undefined);
  }
  if ('leads' in given) return leads(given.leads);
  return importAll(given.imports);
};

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = 1;
  },
);
