import { prefixes, reportFiles } from '../../shared/bucket/keys.ts';
import { folderLink, objectLink } from '../../shared/report/console-link.ts';
import { dropAgainOf } from '../../shared/report/drop-again.ts';
import type { Step } from '../../shared/report/next-steps.ts';
import { type Story, storyOf } from '../../shared/report/sentences.ts';
import { placeWordOf, rowsForPerson, type Summary } from '../../shared/report/summary.ts';
import { type PlaceWord, placesText } from '../../shared/words/counted.ts';
import { harmless, unlinked } from '../../shared/words/escaping.ts';

/** What an import's end is told with: a message for people, and an event for programs. */
export interface Notice {
  readonly subject: string;
  readonly text: string;
  /** As `docs/operators.md` describes it. Stable. Absent where no event is sent. */
  readonly detail?: Readonly<Record<string, unknown>> | undefined;
}

/** Of an SNS subject: less than 100 characters of UTF-8, without line breaks and control characters. */
const longestSubject = 99;

const needs = (summary: Summary): string => {
  const left = rowsForPerson(summary);
  if (left > 0) return `${left} ${left === 1 ? 'row needs' : 'rows need'} your attention`;
  if (summary.state === 'refused') return 'see what to do';
  return summary.mode === 'dry-run' ? 'nothing was sent yet' : 'nothing is left to do';
};

const faultLines = ({ line, text }: NonNullable<Story['fault']>, word: PlaceWord): string[] => [
  `What is wrong with the file${line === null ? '' : ` (${placesText(word, [line])})`}: ${text}`,
];

/** A line of a mail: whoever drops a file names it, and a name must not write lines or links where people trust them. */
const safe = (line: string): string => unlinked(line).replaceAll('\n', ' ');

/** A command as it is copied: its address is of the bucket, and a name that a program could take for a link shows none. */
const copied = (command: string | undefined): string[] =>
  command === undefined || /\bwww\./i.test(command) ? [] : [`   ${harmless(command)}`];

/** What is left to do comes first; where there is no room for all, the name of the file is cut. */
const subjectOf = (summary: Summary, title: string, before: string): string => {
  const first = `${before}${needs(summary)}: `;
  const rest = Array.from(safe(title));
  const room = longestSubject - first.length;
  if (rest.join('').length <= room) return `${first}${rest.join('')}`;
  let end = rest.slice(-room + 1);
  while (end.join('').length > room - 1) end = end.slice(1);
  return `${first}…${end.join('')}`;
};

/** Files of the report that a person opens, by their names and keys, the page first. */
const filesToOpen = ({ reports }: Summary, steps: readonly Step[]): (readonly [string, string])[] => {
  const { html, ...others } = reports;
  const named = Object.values(others)
    .map((key) => [key.slice(key.lastIndexOf('/') + 1), key] as const)
    .filter(([name]) => steps.some(({ text }) => text.includes(name)));
  return [[reportFiles.html, html], ...named];
};

/** Where the report is: links of the console, or the bucket's own names where nobody says which console it is. */
const placesOf = (summary: Summary, steps: readonly Step[], bucketUrl: string | undefined): string[] => {
  const { source, reports } = summary;
  const folder = reports.html.slice(0, -reportFiles.html.length);
  if (bucketUrl === undefined) return [safe(`The report: bucket ${source.bucket}, folder ${folder}`)];
  return [
    ...filesToOpen(summary, steps).map(([name, key]) => `${name}: ${objectLink(bucketUrl, key)}`),
    `The folder of the report: ${folderLink(bucketUrl, folder)}`,
    ...(steps.length === 0 ? [] : [`Where files are dropped: ${folderLink(bucketUrl, prefixes.incoming)}`]),
  ];
};

/** What an import is told with. */
export interface NoticeOptions {
  /** That the upload had. */
  readonly options: Readonly<Record<string, string>>;
  /** The S3 console's address of the bucket, with its region; a laptop has none. */
  readonly bucketUrl: string | undefined;
}

/**
 * How an import ended, in words: what happened, where the report is, what is left to do.
 * @param before what the subject begins with
 */
export const noticeOf = (summary: Summary, { options, bucketUrl }: NoticeOptions, before = ''): Notice => {
  const { importId, source, state, mode, rows, statuses, documents, startedAt, finishedAt, reports } = summary;
  const story = storyOf(summary, dropAgainOf(summary, options));
  const steps = story.steps.flatMap(({ text, command }, index) => [safe(`${index + 1}. ${text}`), ...copied(command)]);
  const told = [
    `${story.title}. ${story.sentence}`,
    ...(story.fault === undefined ? [] : ['', ...faultLines(story.fault, placeWordOf(summary))]),
    '',
    ...story.endings.map(({ count, words }) => `  ${count} ${words}`),
    ...story.furtherSentences.map((text) => `  ${text}`),
    ...(story.endings.length === 0 ? [] : ['']),
  ];
  const next = [...(steps.length === 0 ? [] : ['', 'What to do next:', ...steps]), '', `This is import ${importId}.`];
  const text = [...told.map(safe), ...placesOf(summary, story.steps, bucketUrl), ...next].join('\n');
  const subject = subjectOf(summary, story.title, before);
  const folder = bucketUrl && folderLink(bucketUrl, reports.html.slice(0, -reportFiles.html.length));
  const detail = {
    importId,
    key: source.key,
    state,
    mode,
    rows,
    statuses,
    documents,
    startedAt,
    finishedAt,
    reports: {
      ...reports,
      ...(folder !== undefined && { url: folder }),
      ...(bucketUrl !== undefined && { dropUrl: folderLink(bucketUrl, prefixes.incoming) }),
    },
  };
  return { subject, text, detail };
};

/** What is told once holding an import against the list of leads has found something wrong: to people, and no second event. */
export const proofNoticeOf = (summary: Summary, given: NoticeOptions): Notice => {
  const { subject, text } = noticeOf(summary, given, 'Compared with lumi: ');
  return { subject, text: `The leads of this import were compared with the list at lumi.\n\n${text}` };
};
