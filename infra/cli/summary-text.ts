import { visibleText } from '../../shared/lead/problem.ts';
import { statuses } from '../../shared/ledger/row-state.ts';
import type { Summary } from '../../shared/report/summary.ts';
import { rowsForPerson } from '../../shared/report/summary.ts';

const shownErrors = 5;

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

const documentsLine = ({ documents }: Summary): string[] => {
  if (documents.attached + documents.failed === 0) return [];
  const failed = documents.failed === 0 ? '' : `, ${documents.failed} not attached`;
  return [`  Documents: ${documents.attached} attached${failed}`];
};

/** What the file itself calls a column. */
const namesOf = ({ columns }: Summary) => {
  const headers = new Map(Object.entries(columns.mapped).map(([header, column]) => [column, header]));
  return (column: string): string => visibleText(headers.get(column) ?? column);
};

const errorLines = (summary: Summary): string[] => {
  const { errors } = summary;
  if (errors.length === 0) return [];
  const nameOf = namesOf(summary);
  const first = errors.slice(0, shownErrors).map(({ count, column, message, lines }) => {
    const where = `line${lines.length === 1 ? '' : 's'} ${lines.join(', ')}${count > lines.length ? ', …' : ''}`;
    return `    ${column === '' ? '' : `${nameOf(column)}: `}${message} (${where})`;
  });
  const more =
    errors.length > shownErrors ? [`    and ${plural(errors.length - shownErrors, 'more kind')}; see the report`] : [];
  return ['', '  What is wrong:', ...first, ...more];
};

const warningLines = (summary: Summary): string[] => {
  const { warnings } = summary;
  if (warnings.length === 0) return [];
  const nameOf = namesOf(summary);
  const lines = warnings.map(({ code, column, count }) =>
    column === '' ? `    ${code}` : `    ${nameOf(column)}: ${code} (${plural(count, 'row')})`,
  );
  return ['', '  Warnings:', ...lines];
};

const nextStep = (summary: Summary, retryCommand: string): string[] => {
  const open = rowsForPerson(summary);
  if (open === 0) return [];
  return [
    '',
    `  ${plural(open, 'row')} ${open === 1 ? 'needs' : 'need'} your attention: correct retry.csv and import it again:`,
    `    ${retryCommand}`,
  ];
};

/** A summary as a person reads it in a terminal. It shows counts, columns and lines, and no cell. */
export const summaryText = (summary: Summary, directory: string, retryCommand: string): string => {
  const counts = statuses
    .filter((status) => summary.statuses[status] > 0)
    .map((status) => `  ${String(summary.statuses[status]).padStart(7)}  ${status}`);
  const title = summary.mode === 'dry-run' ? 'Dry run of' : 'Import of';
  return [
    `${title} ${visibleText(summary.source.key)}: ${plural(summary.rows, 'row')}`,
    ...counts,
    ...documentsLine(summary),
    ...errorLines(summary),
    ...warningLines(summary),
    ...nextStep(summary, retryCommand),
    '',
    `  Report: ${directory}`,
  ].join('\n');
};
