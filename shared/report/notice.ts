import { prefixes, reportFiles } from '../keys.ts';
import { visibleText } from '../lead/problem.ts';
import type { Status } from '../ledger/row-state.ts';
import { rowsForPerson, rowsMaybeTwice, type Summary } from './summary.ts';

/** What an import's end is told with: a message for people, and an event for programs. */
export interface Notice {
  readonly subject: string;
  readonly text: string;
  /** As `docs/operators.md` describes it. Stable. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Of an SNS subject: ASCII, without line breaks. */
const maxSubject = 100;

/** How rows ended, in words that follow a number; in the order in which they are told. */
const endings: readonly (readonly [Status, string])[] = [
  ['created', 'created at lumi'],
  ['created_documents_incomplete', 'created, but not all of their documents are attached'],
  ['duplicate', 'left out: the same lead is there already'],
  ['valid', 'valid: they would be sent'],
  ['rejected', 'rejected: something in them has to be corrected'],
  ['failed', 'not created: the API kept failing, or time was over'],
  ['unconfirmed', 'unconfirmed: they may be at lumi or not'],
  ['not_sent', 'not sent'],
  ['ignored', 'no leads: totals or notices below the last one'],
];

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

const fileOf = ({ source }: Summary): string =>
  visibleText(source.key.replace(new RegExp(`^(?:${prefixes.incoming}|${prefixes.validate})`), ''));

const headline = (summary: Summary): string => {
  const what = summary.mode === 'dry-run' ? 'checked' : 'imported';
  const verb = { completed: what, refused: 'refused', cancelled: 'cancelled' }[summary.state];
  return `${fileOf(summary)} was ${verb}`;
};

/** What a person does next, step by step; nothing where nothing is left. */
const nextSteps = (summary: Summary): string[] => {
  if (summary.fileError !== null)
    return [`Mend the file: ${visibleText(summary.fileError.message)}`, 'Drop it again. Nothing of it was sent.'];
  const {
    unconfirmed,
    rejected,
    created_documents_incomplete: incomplete,
    failed,
    not_sent: notSent,
  } = summary.statuses;
  const twice = rowsMaybeTwice(summary);
  const open = rejected + incomplete + failed + notSent;
  return [
    ...(twice > 0
      ? [`Look at lumi for ${counted(twice, 'lead')} that may be there twice; ${reportFiles.html} names the lines.`]
      : []),
    ...(unconfirmed > 0
      ? [`Look at lumi whether ${counted(unconfirmed, 'unconfirmed lead')} are there, before you send them again.`]
      : []),
    ...(open > 0
      ? [
          `Open ${reportFiles.retry}: it holds ${counted(open, 'row')}, and lead__Tip says what to do with each.`,
          `Correct them and drop ${reportFiles.retry} again.`,
        ]
      : []),
  ];
};

const rowLines = ({ statuses, state }: Summary): string[] =>
  endings
    .filter(([status]) => statuses[status] > 0)
    .map(([status, words]) => {
      const isCancelled = status === 'failed' && state === 'cancelled';
      return `  ${statuses[status]} ${isCancelled ? 'not sent before the import was cancelled' : words}`;
    });

/** How an import ended, in words: what happened, what is left to do, where the report is. */
export const noticeOf = (summary: Summary): Notice => {
  const { importId, source, state, mode, rows, statuses, documents, startedAt, finishedAt, reports } = summary;
  const left = rowsForPerson(summary);
  const needs =
    left === 0 && state !== 'refused'
      ? 'nothing is left to do'
      : left === 0
        ? 'see what to do'
        : `${counted(left, 'row')} need you`;
  const steps = nextSteps(summary);
  const todo =
    steps.length === 0
      ? ['Nothing is left for you to do.']
      : ['What to do next:', ...steps.map((step, index) => `${index + 1}. ${step}`)];
  const attached =
    documents.attached + documents.failed === 0
      ? []
      : [`  Documents: ${documents.attached} attached, ${documents.failed} not`];
  const text = [
    `${headline(summary)}. It has ${counted(rows, 'row')}:`,
    ...rowLines(summary),
    ...attached,
    '',
    ...todo,
    '',
    `The report: bucket ${source.bucket}, folder ${reports.html.slice(0, -reportFiles.html.length)}`,
    `Open ${reportFiles.html} first. This is import ${importId}.`,
  ].join('\n');
  const subject = `${headline(summary)}: ${needs}`.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, maxSubject);
  const detail = { importId, key: source.key, state, mode, rows, statuses, documents, startedAt, finishedAt, reports };
  return { subject, text, detail };
};
