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

/** Where the README holds the codes. */
export const marks = { begin: '<!-- codes: npm run docs -->', end: '<!-- end of codes -->' } as const;

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

/** The README with its appendix as the code has it now. */
export const withCodes = (readme: string): string => {
  const begin = readme.indexOf(marks.begin);
  const end = readme.indexOf(marks.end);
  if (begin === -1 || end < begin) throw new Error('the README has no place for the codes');
  return `${readme.slice(0, begin)}${marks.begin}\n\n${codesMarkdown()}\n\n${readme.slice(end)}`;
};
