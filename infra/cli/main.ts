import packageFile from '../../package.json' with { type: 'json' };
import { mappingJsonSchema } from '../../shared/lead/mapping-json-schema.ts';
import { StateDirectoryInUse } from '../local/object-archive.ts';
import { readArguments, UsageError, usage } from './arguments.ts';
import { converse } from './map/converse.ts';
import { mapFile } from './map/map-file.ts';
import { startProgress } from './progress.ts';
import { runImport } from './run-import.ts';
import { templateCsv } from './template.ts';

/** What a shell expects of a command that was ended by Ctrl-C. */
const interrupted = 130;

/** Trouble that the person at the keyboard can do something about, in one line; anything else is ours and shows where. */
const explain = (error: unknown): string => {
  if (error instanceof UsageError || error instanceof StateDirectoryInUse) return error.message;
  return error instanceof Error
    ? `The import could not run: ${error.stack ?? error.message}`
    : 'The import could not run.';
};

const main = async (): Promise<number> => {
  // Reports and state hold personal data: they are for their owner alone.
  process.umask(0o077);
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
  const progress = startProgress(process.stderr);
  process.once('SIGINT', () => {
    progress.end();
    const hint =
      given.state === undefined
        ? 'With --state DIR an interrupted import can go on.'
        : 'Run the same command again to go on.';
    progress.line(`\nInterrupted. ${hint}`);
    process.exit(interrupted);
  });
  return runImport(given, progress);
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
