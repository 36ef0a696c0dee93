import { html, raw } from 'hono/html';
import { reportFiles } from '../../../shared/bucket/keys.ts';
import { plainNames } from '../../../shared/header/plain-names.ts';
import { limits } from '../../../shared/limits.ts';
import { dropAgainOf } from '../../../shared/report/drop-again.ts';
import { headersOf } from '../../../shared/report/headers-of.ts';
import type { Step } from '../../../shared/report/next-steps.ts';
import { fileOf, type Story, storyOf } from '../../../shared/report/sentences.ts';
import { isDoubt } from '../../../shared/report/status.ts';
import {
  placeWordOf,
  retryFileOf,
  rowsForPerson,
  rowsMaybeTwice,
  rowsNotAtLumi,
  rowsOfOthers,
  rowsUnconfirmedBefore,
  rowsWithSameLead,
  type Summary,
  unconfirmedFileOf,
} from '../../../shared/report/summary.ts';
import { type Noticed, noticedOf } from '../../../shared/report/told-warnings.ts';
import { counted, type PlaceWord, placesAtBegin } from '../../../shared/words/counted.ts';
import { visibleText } from '../../../shared/words/escaping.ts';
import { foldedName } from '../../../shared/words/folded-name.ts';
import { spokenDuration, spokenMoment } from '../../../shared/words/spoken-time.ts';
import { barSvg } from './bar-svg.ts';
import type { LineRange, ProblemGroup } from './problem-groups.ts';
import { style } from './style.ts';

/** A piece of the page: whatever stood in a hole of it is escaped. */
export type Html = ReturnType<typeof html>;

/** What the page tells beside the summary. None of it holds anything of a cell. */
export interface PageFacts {
  readonly groups: readonly ProblemGroup[];
  /** For a header of the file that was not understood: the column that it may stand for. */
  readonly guesses: Readonly<Record<string, string>>;
  /** That the upload had. */
  readonly options: Readonly<Record<string, string>>;
  /** In which moments are told, such as `Australia/Sydney`. */
  readonly timeZone: string;
}

const nothing = html``;

/** A file of which not even the rows were counted. */
const isRefused = ({ state, rows }: Summary): boolean => state === 'refused' && rows === 0;

/** A column as the file calls it, with what people call it at lumi small beside it. */
const columnName = (column: string, headers: ReadonlyMap<string, string>): Html => {
  const plain = plainNames[column] ?? column;
  const header = headers.get(column) ?? plain;
  if ([plain, column].some((name) => foldedName(name) === foldedName(header)))
    return html`<span class="column">${header}</span>`;
  return html`<span class="column">${header}</span> <small>${plain}</small>`;
};

const moment = (iso: string, timeZone: string): Html =>
  html`<time datetime="${iso}">${spokenMoment(iso, timeZone)}</time>`;

const fileNameOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1);

/** A file of the report that stands beside the page. */
const link = (name: string): Html => html`<a href="${name}">${name}</a>`;

/** A sentence, with the files that it names as links. */
const linked = (text: string, { reports }: Summary): Html => {
  const names = Object.values(reports).map(fileNameOf);
  const parts = text.split(
    new RegExp(`(?<![\\w/.-])(${names.map((name) => name.replaceAll('.', '\\.')).join('|')})(?![\\w/-])`),
  );
  return html`${parts.map((part) => (names.includes(part) ? link(part) : part))}`;
};

const stepItem = ({ text, command }: Step, summary: Summary): Html =>
  html`<li>${linked(text, summary)}${command === undefined ? nothing : html` <code class="command">${command}</code>`}</li>`;

const stepsSection = ({ steps }: Story, summary: Summary): Html =>
  steps.length === 0
    ? nothing
    : html`<section aria-labelledby="next"><h2 id="next">What to do next</h2><ol class="steps">${steps.map((step) => stepItem(step, summary))}</ol></section>`;

const endingsList = ({ endings, furtherSentences }: Story, summary: Summary, hasProblems: boolean): Html =>
  html`<ul class="endings">${endings.map(
    ({ tone, count, words }) =>
      html`<li class="${tone}"><b>${count.toLocaleString('en-AU')}</b> ${hasProblems && (tone === 'bad' || tone === 'doubt') ? html`<a href="#problems">${words}</a>` : words}</li>`,
  )}${furtherSentences.map((text) => html`<li class="calm">${linked(text, summary)}</li>`)}</ul>`;

const firstScreen = (summary: Summary, story: Story, { timeZone, groups }: PageFacts): Html => {
  const left = rowsForPerson(summary) > 0 || summary.state === 'refused';
  const tookMs = Date.parse(summary.finishedAt) - Date.parse(summary.startedAt);
  return html`<header><h1>${story.title}</h1>
<p class="when">${moment(summary.startedAt, timeZone)}, in ${spokenDuration(tookMs)}</p></header>
<main>
${stepsOfDoubt(summary)}<p class="lead ${left ? 'bad' : 'good'}">${story.sentence}</p>
${faultSection(story, placeWordOf(summary))}${barSvg(story.endings)}
${stepsSection(story, summary)}
${summary.rows === 0 ? nothing : html`<section aria-labelledby="ended"><h2 id="ended">How the rows ended</h2>${endingsList(story, summary, groups.length > 0)}</section>`}`;
};

/** First of all on the page: what may be at lumi without anybody knowing. */
const stepsOfDoubt = (summary: Summary): Html => {
  const twice = rowsMaybeTwice(summary);
  const shared = rowsWithSameLead(summary);
  const unconfirmed = summary.statuses.unconfirmed + rowsUnconfirmedBefore(summary);
  const gone = rowsNotAtLumi(summary);
  const others = rowsOfOthers(summary);
  if (gone + others + twice + shared + unconfirmed === 0) return nothing;
  const parts = [
    ...(gone > 0 ? [`${counted(gone, 'lead')} not in lumi’s list`] : []),
    ...(others > 0 ? [`${counted(others, 'row')} with the lead of somebody else`] : []),
    ...(twice > 0 ? [`${counted(twice, 'lead')} may be at lumi twice`] : []),
    ...(shared > 0 ? [`${counted(shared, 'row')} with another row as one lead`] : []),
    ...(unconfirmed > 0 ? [`${counted(unconfirmed, 'lead')} nobody could confirm`] : []),
  ];
  return html`<p class="lead doubt">${parts.join(', ')}: look at lumi first.</p>`;
};

const rangeText = ({ from, to }: LineRange): string => (from === to ? String(from) : `${from}–${to}`);

const linesText = ({ lines, more }: ProblemGroup, word: PlaceWord): string => {
  const listed = lines.map(rangeText).join(', ');
  const isOne = lines.length === 1 && lines[0]?.from === lines[0]?.to;
  return `${word === 'line' ? 'Line' : 'Row'}${isOne ? '' : 's'} ${listed}${more > 0 ? ` and ${counted(more, 'more row')}: all of them are in report.csv` : ''}`;
};

/** The first tip is for most rows; where there are others they are for some of them. */
const tipsText = ({ tips }: ProblemGroup): Html => {
  const [first = '', ...others] = tips;
  return html`<p class="tip">${first}</p>${others.map((tip) => html`<p class="tip"><small>Some of them:</small> ${tip}</p>`)}`;
};

/** The file of the report that holds the rows of a problem. */
const fileWith = ({ code }: ProblemGroup, summary: Summary): string => {
  if (code === 'unconfirmed') return unconfirmedFileOf(summary);
  return isDoubt({ code }) ? reportFiles.report : retryFileOf(summary);
};

const groupItem = (
  group: ProblemGroup,
  headers: ReadonlyMap<string, string>,
  word: PlaceWord,
  summary: Summary,
): Html =>
  html`<li class="group${isDoubt(group) ? ' open' : ''}"><h3>${group.column === '' ? nothing : html`${columnName(group.column, headers)}: `}${counted(group.rows, 'row')}</h3>
<p>${group.meaning} <small>${group.code}</small></p>${tipsText(group)}<p class="lines"><a href="${fileWith(group, summary)}">${linesText(group, word)}</a>.</p></li>`;

/** Groups that are shown at once; the others are in a fold. */
const shownGroups = 8;

const problemsSection = (
  groups: readonly ProblemGroup[],
  headers: ReadonlyMap<string, string>,
  summary: Summary,
): Html => {
  const word = placeWordOf(summary);
  if (groups.length === 0) return nothing;
  const all = groups.slice(0, limits.htmlGroups);
  const [first, folded] = [all.slice(0, shownGroups), all.slice(shownGroups)];
  const beyond = groups.length - all.length;
  return html`<section aria-labelledby="problems"><h2 id="problems">What is wrong</h2>
<ul class="groups">${first.map((group) => groupItem(group, headers, word, summary))}</ul>${
    folded.length === 0
      ? nothing
      : html`<details><summary>${counted(folded.length, 'more kind')} of problem</summary><ul class="groups">${folded.map((group) => groupItem(group, headers, word, summary))}</ul></details>`
  }${beyond > 0 ? html`<p>${counted(beyond, 'more kind')}: see report.csv.</p>` : nothing}</section>`;
};

const noticedItem = ({ column, where, sentence }: Noticed, headers: ReadonlyMap<string, string>): Html => {
  const name = column === '' ? nothing : html`${columnName(column, headers)} `;
  const lines = where === '' ? nothing : html`(${where})`;
  return html`<li>${name}${lines}${column === '' && where === '' ? nothing : ': '}${sentence}</li>`;
};

const noticedSection = (noticed: readonly Noticed[], headers: ReadonlyMap<string, string>): Html =>
  noticed.length === 0
    ? nothing
    : html`<section aria-labelledby="warnings"><h2 id="warnings">What was noticed</h2><ul>${noticed.map((each) => noticedItem(each, headers))}</ul></section>`;

/** Header names that a page lists; a header of hundreds would not be read. */
const shownHeaders = 60;

/** The header as it was read: what each name was taken for. */
const headerSection = (summary: Summary, guesses: PageFacts['guesses']): Html => {
  const { mapped, ignored } = summary.columns;
  const rows = [
    ...Object.entries(mapped).map(
      ([header, column]) => html`<tr><th scope="row">${visibleText(header)}</th><td>${column}</td></tr>`,
    ),
    ...ignored.map((header) => {
      const guess = Object.hasOwn(guesses, header) ? guesses[header] : undefined;
      const what = guess === undefined ? 'not understood, so not sent' : html`not understood; perhaps <b>${guess}</b>`;
      return html`<tr><th scope="row">${visibleText(header)}</th><td>${what}</td></tr>`;
    }),
  ];
  if (rows.length === 0) return nothing;
  const more = rows.length - shownHeaders;
  const body = html`<table><thead><tr><th scope="col">In the file</th><th scope="col">Understood as</th></tr></thead><tbody>${rows.slice(0, shownHeaders)}</tbody></table>${more > 0 ? html`<p>${counted(more, 'more column')}: see summary.json.</p>` : nothing}`;
  return isRefused(summary)
    ? html`<section aria-labelledby="header"><h2 id="header">The header as it was read</h2>${body}</section>`
    : html`<section aria-labelledby="header"><h2 id="header">Columns</h2><details><summary>${counted(Object.keys(mapped).length, 'column')} understood, ${ignored.length} not sent</summary>${body}</details></section>`;
};

/** What is right, for who has it wrong; undefined where an example would show nothing. */
const exampleFor = (code: string): string | undefined => {
  if (/quote/.test(code))
    return 'First Name,Notes\nAva,"A comma, and a quote: she said ""call after 4"""\nLeo,Neither of them here';
  if (/column|header|empty|not_a_table|delimiter|line_ends/.test(code))
    return 'First Name,Email,Mobile,Company,ABN,Amount,Instalments\nAva,ava@example.com,0491570156,Example Pty Ltd,51824753556,50000,52';
  return undefined;
};

const exampleSection = ({ faults: [fault] }: Summary): Html => {
  const example = fault === undefined ? undefined : exampleFor(fault.code);
  return example === undefined
    ? nothing
    : html`<section aria-labelledby="example"><h2 id="example">An example of a good file</h2><pre>${example}</pre></section>`;
};

const faultSection = ({ fault }: Story, word: PlaceWord): Html =>
  fault === undefined
    ? nothing
    : html`<section aria-labelledby="fault"><h2 id="fault">What is wrong with the file</h2><p>${fault.line === null ? nothing : html`<b>${placesAtBegin(word, [fault.line])}.</b> `}${fault.text}</p></section>`;

const footer = (summary: Summary): Html => {
  const { html: _, ...others } = summary.reports;
  const names = [...Object.values(others).map(fileNameOf), reportFiles.summary];
  return html`<footer><p>Import ${summary.importId} of ${fileOf(summary)}. Beside this page: ${names.map((name, at) => html`${at === 0 ? '' : ', '}${link(name)}`)}. The page shows no cell of the file and may be passed on.</p></footer>`;
};

const policy = "default-src 'none'; style-src 'unsafe-inline'";

/**
 * `report.html`: one page without anything from elsewhere, to be passed on. It names lines, columns, codes and counts,
 * and shows no cell of the file, so no personal data. Its first screen says what happened, whether anything is left, and
 * what to do now.
 */
export const reportHtml = (summary: Summary, facts: PageFacts): string => {
  const story = storyOf(summary, dropAgainOf(summary, facts.options));
  const headers = headersOf(summary);
  return String(html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta http-equiv="Content-Security-Policy" content="${policy}"><title>${story.title}</title><style>${raw(style)}</style></head><body>
${firstScreen(summary, story, facts)}
${isRefused(summary) ? [headerSection(summary, facts.guesses), exampleSection(summary)] : nothing}
${problemsSection(facts.groups, headers, summary)}
${noticedSection(noticedOf(summary), headers)}
${isRefused(summary) ? nothing : headerSection(summary, facts.guesses)}
</main>${footer(summary)}</body></html>
`);
};
