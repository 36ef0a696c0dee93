import { reportFiles } from '../../shared/bucket/keys.ts';
import { dropAgainOf } from '../../shared/report/drop-again.ts';
import { type Story, storyOf } from '../../shared/report/story.ts';
import { placeWordOf, rowsForPerson, type Summary } from '../../shared/report/summary.ts';
import { type PlaceWord, placesText } from '../../shared/words/counted.ts';
import { unlinked } from '../../shared/words/escaping.ts';

/** What an import's end is told with: a message for people, and an event for programs. */
export interface Notice {
  readonly subject: string;
  readonly text: string;
  /** As `docs/operators.md` describes it. Stable. Absent where no event is sent. */
  readonly detail?: Readonly<Record<string, unknown>> | undefined;
}

/** Of an SNS subject: ASCII, without line breaks. */
const maxSubject = 100;

const needs = (summary: Summary): string => {
  const left = rowsForPerson(summary);
  if (left > 0) return `${left} ${left === 1 ? 'row needs' : 'rows need'} your attention`;
  return summary.state === 'refused' ? 'see what to do' : 'nothing is left to do';
};

const faultLines = ({ line, text }: NonNullable<Story['fault']>, word: PlaceWord): string[] => [
  `What is wrong with the file${line === null ? '' : ` (${placesText(word, [line])})`}: ${text}`,
];

/**
 * How an import ended, in words: what happened, what is left to do, where the report is.
 * @param options that the upload had
 */
export const noticeOf = (summary: Summary, options: Readonly<Record<string, string>>): Notice => {
  const { importId, source, state, mode, rows, statuses, documents, startedAt, finishedAt, proof, reports } = summary;
  const story = storyOf(summary, dropAgainOf(summary, options));
  const steps = story.steps.flatMap(({ text, command }, index) => [
    `${index + 1}. ${text}`,
    ...(command === undefined ? [] : [`   ${command}`]),
  ]);
  const lines = [
    `${story.title}. ${story.sentence}`,
    ...(story.fault === undefined ? [] : ['', ...faultLines(story.fault, placeWordOf(summary))]),
    '',
    ...story.endings.map(({ count, words }) => `  ${count} ${words}`),
    ...(story.documents === undefined ? [] : [`  ${story.documents}`]),
    ...(story.proof === undefined ? [] : [`  ${story.proof}`]),
    ...(story.notSent === undefined ? [] : [`  ${story.notSent}`]),
    ...(story.mapping === undefined ? [] : [`  ${story.mapping}`]),
    ...(story.endings.length === 0 ? [] : ['']),
    ...(steps.length === 0 ? [] : ['What to do next:', ...steps, '']),
    `The report: bucket ${source.bucket}, folder ${reports.html.slice(0, -reportFiles.html.length)}`,
    `Open ${reportFiles.html} first. This is import ${importId}.`,
  ];
  // Whoever drops a file names it: a name must not write lines or links into a mail that people trust.
  const text = lines.map((line) => unlinked(line).replaceAll('\n', ' ')).join('\n');
  const subject = unlinked(`${story.title}: ${needs(summary)}`)
    .replaceAll(/[^\x20-\x7e]/g, '?')
    .slice(0, maxSubject);
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
    proof,
    reports,
  };
  return { subject, text, detail };
};

/** What is told once holding an import against the list of leads has found something wrong: to people, and no second event. */
export const proofNoticeOf = (summary: Summary, options: Readonly<Record<string, string>>): Notice => {
  const { subject, text } = noticeOf(summary, options);
  const first = `Compared with lumi: ${subject}`.slice(0, maxSubject);
  return { subject: first, text: `The leads of this import were compared with the list at lumi.\n\n${text}` };
};
