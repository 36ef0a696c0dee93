import { fileFaultCatalogue, fileWarningCatalogue } from '../../shared/csv/file-fault.ts';
import { problemCatalogue } from '../../shared/lead/problem.ts';
import { troubleWords } from '../../shared/leads-api/trouble-words.ts';

type Catalogue = Readonly<Record<string, { readonly meaning: string; readonly tip: string }>>;

const cell = (text: string): string => text.replaceAll('|', '\\|');

const table = (catalogue: Catalogue): string => {
  const rows = Object.entries(catalogue).map(
    ([code, { meaning, tip }]) => `| \`${code}\` | ${cell(meaning)} | ${cell(tip)} |`,
  );
  return ['| code | means | what to do |', '| --- | --- | --- |', ...rows].join('\n');
};

/** The codes of the logs and of `gave_up`: nobody's row is at fault, and the importer goes on by itself. */
const troubles = (): string => {
  const rows = Object.entries(troubleWords).map(([code, words]) => `| \`${code}\` | ${cell(words)} |`);
  return ['| code | means |', '| --- | --- |', ...rows].join('\n');
};

/** Every code that a report can hold, as the README's appendix. */
export const codesMarkdown = (): string =>
  [
    '### Codes of rows',
    table(problemCatalogue),
    '### Codes that refuse a file',
    table(fileFaultCatalogue),
    '### Warnings about a file',
    table(fileWarningCatalogue),
    '### What can stand in the way',
    troubles(),
  ].join('\n\n');
