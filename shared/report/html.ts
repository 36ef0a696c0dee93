import { fileWarningCatalogue } from '../file-fault.ts';
import { codeAndColumn, problemCatalogue, tipsFor } from '../lead/problem.ts';
import type { Row } from '../ledger/batch.ts';
import { type Ended, type Status, statuses } from '../ledger/row-state.ts';
import { limits } from '../limits.ts';
import { needsPerson } from './status.ts';
import { rowsForPerson, rowsMaybeTwice, type Summary } from './summary.ts';

/** What a page may say of a row: nothing that came out of one of its cells. */
export interface HtmlRow {
  readonly line: number;
  readonly status: Status;
  readonly leadId: string;
  readonly codes: string;
  readonly tip: string;
}

/** The rows that a page lists, taken while they stream by: the first that need attention. */
export const htmlRowOf = ({ line, state }: Row & { readonly state: Ended }): HtmlRow | undefined => {
  const { status, leadId = '', problems } = state;
  if (!needsPerson(status) && !problems.some(({ code }) => code === 'maybe_twice')) return undefined;
  return { line, status, leadId, codes: problems.map(codeAndColumn).join('; '), tip: tipsFor(problems) };
};

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string | number): string =>
  String(text).replaceAll(/[&<>"']/g, (character) => escapes[character] ?? character);

const statusLabels: Readonly<Record<Status, string>> = {
  created: 'created',
  created_documents_incomplete: 'created, documents incomplete',
  duplicate: 'duplicate, not sent again',
  rejected: 'rejected, to be corrected',
  failed: 'failed, never sent',
  unconfirmed: 'unconfirmed, look before sending again',
  not_sent: 'not sent',
  valid: 'valid',
  ignored: 'ignored, a total or a notice',
};

const style = `
:root{color-scheme:light dark;--line:#d5d9e0;--soft:#f4f6f9;--good:#17723b;--bad:#a8271b;--ink:#1b2330;--paper:#fff}
@media(prefers-color-scheme:dark){:root{--line:#3a4352;--soft:#222a36;--good:#6fd398;--bad:#ff9d92;--ink:#e8ecf2;--paper:#161c25}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);margin:2rem auto;max-width:64rem;padding:0 1rem}
h1{font-size:1.5rem;margin-bottom:.25rem}h2{font-size:1.15rem;margin-top:2rem}
.lead{font-size:1.1rem}.good{color:var(--good)}.bad{color:var(--bad)}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.4rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
th{background:var(--soft)}td.number{text-align:right;width:4rem;font-variant-numeric:tabular-nums}
.bar{display:flex;height:.75rem;border-radius:.4rem;overflow:hidden;background:var(--soft);margin:1rem 0}
.bar .good{background:var(--good)}.bar .bad{background:var(--bad)}
code{background:var(--soft);padding:.05rem .3rem;border-radius:.2rem;overflow-wrap:anywhere}`;

const table = (headings: readonly string[], rows: readonly string[]): string =>
  `<table><thead><tr>${headings.map((heading) => `<th scope="col">${escaped(heading)}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>`;

const statusTable = (summary: Summary): string =>
  table(
    ['Rows', 'Status'],
    statuses
      .filter((status) => summary.statuses[status] > 0)
      .map(
        (status) =>
          `<tr><td class="number">${summary.statuses[status]}</td><td class="${needsPerson(status) ? 'bad' : 'good'}">${escaped(statusLabels[status])}</td></tr>`,
      ),
  );

const errorTable = (summary: Summary): string =>
  table(
    ['Rows', 'Column', 'What is wrong', 'First lines'],
    summary.errors.map(
      ({ count, column, code, message, lines }) =>
        `<tr><td class="number">${count}</td><td>${escaped(column)}</td><td>${escaped(message)} <code>${escaped(code)}</code></td><td>${lines.join(', ')}</td></tr>`,
    ),
  );

const meanings: Readonly<Record<string, { readonly meaning: string }>> = {
  ...problemCatalogue,
  ...fileWarningCatalogue,
};

const warningTable = (summary: Summary): string =>
  table(
    ['Rows', 'Column', 'What was noticed'],
    summary.warnings.map(
      ({ code, column, count }) =>
        `<tr><td class="number">${column === '' ? '' : count}</td><td>${escaped(column)}</td><td>${escaped(meanings[code]?.meaning ?? '')} <code>${escaped(code)}</code></td></tr>`,
    ),
  );

const rowTable = (rows: readonly HtmlRow[]): string =>
  table(
    ['Line', 'Status', 'Lead', 'Codes', 'What to do'],
    rows.map(
      ({ line, status, leadId, codes, tip }) =>
        `<tr><td class="number">${line}</td><td>${escaped(status.replaceAll('_', ' '))}</td><td>${leadId === '' ? '' : `<code>${escaped(leadId)}</code>`}</td><td>${escaped(codes)}</td><td>${escaped(tip)}</td></tr>`,
    ),
  );

const headline = (summary: Summary): string => {
  if (summary.fileError !== null)
    return `<p class="lead bad">The file was refused: ${escaped(summary.fileError.message)}</p>`;
  const open = rowsForPerson(summary);
  if (summary.rows === 0) return '<p class="lead">The file has a header and no rows.</p>';
  if (open === 0) return `<p class="lead good">All ${summary.rows} rows are done. There is nothing to do.</p>`;
  return `<p class="lead bad">${open} of ${summary.rows} rows need your attention.</p>`;
};

/** First on the page: what may be there twice. */
const maybeTwice = (summary: Summary): string => {
  const rows = rowsMaybeTwice(summary);
  if (rows === 0) return '';
  return `<p class="lead bad">${rows} rows may be at lumi twice: report.csv names both leads of each (code maybe_twice). Look at them first.</p>`;
};

const bar = (summary: Summary): string => {
  if (summary.rows === 0) return '';
  const bad = (rowsForPerson(summary) / summary.rows) * 100;
  return `<div class="bar" role="img" aria-label="${(100 - bad).toFixed(0)} percent done"><div class="good" style="width:${100 - bad}%"></div><div class="bad" style="width:${bad}%"></div></div>`;
};

const section = (heading: string, body: string): string => `<h2>${escaped(heading)}</h2>${body}`;

/**
 * `report.html`: one page without anything from elsewhere, to be passed on. It names lines, columns, codes and lead ids,
 * and shows no cell of the file, so no personal data.
 */
export const reportHtml = (summary: Summary, rows: readonly HtmlRow[]): string => {
  const open = rowsForPerson(summary);
  const listed = rows.length < open ? `The first ${rows.length} of ${open}; all of them are in report.csv.` : '';
  const dryRun = summary.mode === 'dry-run' ? '<p>This was a dry run: nothing was sent.</p>' : '';
  const parts = [
    `<h1>Import of ${escaped(summary.source.key)}</h1>`,
    `<p>${escaped(summary.importId)} · ${escaped(summary.startedAt)} to ${escaped(summary.finishedAt)}</p>`,
    maybeTwice(summary),
    headline(summary),
    dryRun,
    bar(summary),
    summary.rows > 0 ? section('How the rows ended', statusTable(summary)) : '',
    summary.errors.length > 0 ? section('What is wrong', errorTable(summary)) : '',
    rows.length > 0
      ? section('Rows that need your attention', `<p>${listed}</p>${rowTable(rows.slice(0, limits.htmlRows))}`)
      : '',
    open > 0
      ? '<p>Correct the rows in <code>retry.csv</code>, which is in the same folder as this page, and drop that file into <code>incoming/</code> again. Rows that were created are not sent twice.</p>'
      : '',
    summary.warnings.length > 0 ? section('Warnings', warningTable(summary)) : '',
    summary.columns.ignored.length > 0
      ? section(
          'Columns that were not sent',
          `<p>${summary.columns.ignored.map((name) => `<code>${escaped(name)}</code>`).join(' ')}</p>`,
        )
      : '',
  ];
  return `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>Import of ${escaped(summary.source.key)}</title><style>${style}</style></head><body>${parts.filter((part) => part !== '').join('\n')}</body></html>\n`;
};
