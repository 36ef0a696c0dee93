import { basename, join } from 'node:path';
import { importOptions, type OptionName } from '../../../shared/import-options.ts';
import { type DropAgain, optionsFor } from '../../../shared/report/drop-again.ts';
import { retryFileOf, type Summary, unconfirmedFileOf } from '../../../shared/report/summary.ts';
import { shellWord } from '../../../shared/words/escaping.ts';
import type { ImportPlan } from '../places/import-plan.ts';

const isOnce = (name: string): boolean => 'once' in (importOptions[name as OptionName] ?? {});

/** The command that imports a file with the documents, the mapping and the options of an import. */
export const commandFor = (
  plan: Pick<ImportPlan, 'apiUrl' | 'mapping' | 'state' | 'metadata'> & { readonly stack?: string | undefined },
  documents: string | undefined,
  file: string,
): string => {
  const { apiUrl, mapping, state, stack, metadata } = plan;
  const options = Object.entries(optionsFor(basename(file), metadata)).filter(([name]) => !isOnce(name));
  const named = { 'api-url': apiUrl, stack, documents, mapping, state, ...Object.fromEntries(options) };
  const words = Object.entries(named).flatMap(([name, value]) => {
    if (value === undefined) return [];
    if (value === 'false') return [`--no-${name}`];
    return value === 'true' ? [`--${name}`] : [`--${name}`, shellWord(value)];
  });
  return ['npm start --', ...words, shellWord(file)].join(' ');
};

/** How the files of a report in a directory are imported. */
export const commandsFor = (summary: Summary, directory: string, commandOf: (file: string) => string): DropAgain => ({
  how: 'import it',
  command: commandOf(join(directory, retryFileOf(summary))),
  unconfirmedCommand: commandOf(join(directory, unconfirmedFileOf(summary))),
});
