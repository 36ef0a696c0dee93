import { troubleMessages } from '../../shared/leads-api/trouble-messages.ts';
import { fileFaultCatalogue, fileWarningCatalogue } from '../../shared/words/file-fault.ts';
import { problemCatalogue } from '../../shared/words/problem-catalogue.ts';

type Catalogue = Readonly<Record<string, { readonly meaning: string; readonly tip: string }>>;

const cell = (text: string): string => text.replaceAll('|', '\\|');

const table = (catalogue: Catalogue): string => {
  const rows = Object.entries(catalogue).map(
    ([code, { meaning, tip }]) => `| \`${code}\` | ${cell(meaning)} | ${cell(tip)} |`,
  );
  return ['| code | means | what to do |', '| --- | --- | --- |', ...rows].join('\n');
};

/** The codes of the logs and of `gave_up`: no row is at fault, and the importer continues by itself. */
const troubles = (): string => {
  const rows = Object.entries(troubleMessages).map(([code, message]) => `| \`${code}\` | ${cell(message)} |`);
  return ['| code | means |', '| --- | --- |', ...rows].join('\n');
};

/** Every code that a report can hold, as `docs/brokers.md` lists them. */
export const codesMarkdown = (): string =>
  [
    '### Codes of rows',
    table(problemCatalogue),
    '### Codes that refuse a file',
    table(fileFaultCatalogue),
    '### Warnings about a file',
    table(fileWarningCatalogue),
    '### Errors of the Leads API',
    troubles(),
  ].join('\n\n');
