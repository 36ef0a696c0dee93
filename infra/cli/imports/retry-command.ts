import { basename, join } from 'node:path';
import { importOptions, type OptionName } from '../../../shared/import-options.ts';
import { type DropAgain, optionsFor } from '../../../shared/report/drop-again.ts';
import { retryFileOf, type Summary, unconfirmedFileOf } from '../../../shared/report/summary.ts';
import { shellWord } from '../../../shared/words/escaping.ts';
import type { ImportPlan } from '../places/import-plan.ts';

const isOnce = (name: string): boolean => 'once' in (importOptions[name as OptionName] ?? {});

type PlanOfCommand = Pick<ImportPlan, 'apiUrl' | 'mapping' | 'state' | 'metadata'> & {
  readonly stack?: string | undefined;
};

const commandWith = (
  { apiUrl, mapping, state, stack, metadata }: PlanOfCommand,
  documents: string | undefined,
  options: Readonly<Record<string, string>>,
  file: string,
): string => {
  // A file without a mapping is said by the option of the import itself.
  const named = { 'api-url': apiUrl, stack, documents, mapping: mapping ?? metadata['mapping'], state, ...options };
  const words = Object.entries(named).flatMap(([name, value]) => {
    if (value === undefined) return [];
    if (value === 'false') return [`--no-${name}`];
    return value === 'true' ? [`--${name}`] : [`--${name}`, shellWord(value)];
  });
  return ['npm start --', ...words, shellWord(file)].join(' ');
};

/** The command that imports the same file once more, with everything that was said of it. */
export const sameAgain = (plan: PlanOfCommand & Pick<ImportPlan, 'documents' | 'file'>): string => {
  const { mapping: _, ...options } = plan.metadata;
  return commandWith(plan, plan.documents, options, plan.file);
};

/** The command that imports a file of a report, with the documents, the mapping and the options that its import had. */
export const commandFor = (plan: PlanOfCommand, documents: string | undefined, file: string): string => {
  const options = Object.entries(optionsFor(basename(file), plan.metadata)).filter(([name]) => !isOnce(name));
  return commandWith(plan, documents, Object.fromEntries(options), file);
};

/** How the files of a report in a directory are imported. */
export const commandsFor = (summary: Summary, directory: string, commandOf: (file: string) => string): DropAgain => ({
  how: 'import it',
  command: commandOf(join(directory, retryFileOf(summary))),
  unconfirmedCommand: commandOf(join(directory, unconfirmedFileOf(summary))),
});
