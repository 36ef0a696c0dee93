import { localBucketName, mappingWorkbookFile, prefixes } from '../bucket/keys.ts';
import { inPlainWords } from '../header/plain-names.ts';
import type { Status } from '../state/row-state.ts';
import { counted } from '../words/counted.ts';
import { visibleText } from '../words/escaping.ts';
import type { DropAgain } from './drop-again.ts';
import { beyondFirst, hiddenRows, nextSteps, rowsToRetry, type Step } from './next-steps.ts';
import { needsPerson } from './status.ts';
import { retryFileOf, rowsForPerson, rowsNotAtLumi, rowsWithSameLead, type Summary } from './summary.ts';
import { chosenOf } from './told-warnings.ts';

/** How an ending is to be taken: it is well, somebody must act, nobody knows, or it is as it should be. */
export type Tone = 'good' | 'bad' | 'doubt' | 'calm';

/** How rows with one status ended, in words that follow their number. */
export interface Ending {
  readonly status: Status;
  readonly tone: Tone;
  readonly count: number;
  readonly words: string;
}

/** How an import ended and what is left to do, in words: the page, the mail and the terminal all tell this. */
export interface Story {
  /** `leads.csv was imported`. */
  readonly title: string;
  /** What happened, in a sentence or two. */
  readonly sentence: string;
  readonly endings: readonly Ending[];
  /**
   * What else is told, a sentence each: documents, what holding the leads against lumi's list has come to, columns that are
   * filled in and not sent, what was chosen without asking, and what `mapping.xlsx` is for.
   */
  readonly furtherSentences: readonly string[];
  /** Why the file was refused as a whole, and on which line where that is known; undefined where it was not. */
  readonly fault: { readonly text: string; readonly line: number | null } | undefined;
  /** What a person does next, in this order; none where nothing is left to do. */
  readonly steps: readonly Step[];
}

/** How rows ended, in the order in which they are told. */
const words: Readonly<Record<Status, string>> = {
  created: 'created at lumi',
  created_documents_incomplete: 'created, but not all of their documents are attached',
  duplicate: 'duplicate: another row or import has the same lead',
  valid: 'valid: they would be sent',
  unconfirmed: 'unconfirmed: they may be at lumi or not',
  rejected: 'rejected: something in them has to be corrected',
  failed: 'failed: the API kept failing on them, or time was over',
  not_sent: 'not sent, though they are good',
  ignored: 'ignored: no leads, such as headings, remarks and totals',
};

/** The same of one row. */
const wordsOfOne: Partial<Record<Status, string>> = {
  created_documents_incomplete: 'created, but not all of its documents are attached',
  valid: 'valid: it would be sent',
  unconfirmed: 'unconfirmed: it may be at lumi or not',
  rejected: 'rejected: something in it has to be corrected',
  failed: 'failed: the API kept failing on it, or time was over',
  not_sent: 'not sent, though it is good',
  ignored: 'ignored: no lead, such as a heading, a remark or a total',
};

/** The file's name as people know it: without the prefix that it was dropped into. */
export const fileOf = ({ source }: Pick<Summary, 'source'>): string =>
  visibleText(source.key.replace(new RegExp(`^(?:${prefixes.incoming}|${prefixes.validate})`), ''));

const titleOf = (summary: Summary): string => {
  const what = summary.mode === 'dry-run' ? 'checked' : 'imported';
  return `${fileOf(summary)} was ${{ completed: what, refused: 'refused', cancelled: 'cancelled' }[summary.state]}`;
};

const sentenceOf = (summary: Summary): string => {
  const { state, mode, rows, statuses: counts } = summary;
  const left = rowsForPerson(summary) - beyondFirst(summary);
  const all = counted(rows, 'row');
  const needs = `${left === 1 ? 'needs' : 'need'} your attention`;
  if (state === 'refused') return 'Nothing of the file was sent.';
  if (rows === 0) return 'The file has a header and no rows.';
  if (mode === 'dry-run') {
    const fine = rows === 1 ? 'The row is fine' : `All ${all} are fine`;
    return `${left === 0 ? fine : `${left.toLocaleString('en-AU')} of ${all} ${needs}`}. It was only checked: nothing was sent.`;
  }
  const created = counts.created + counts.created_documents_incomplete;
  const shared = rowsWithSameLead(summary);
  const gone = rowsNotAtLumi(summary);
  const lost = gone === 0 ? '' : `, ${gone.toLocaleString('en-AU')} of which its list does not show`;
  const share = shared === 0 ? '' : `, ${shared.toLocaleString('en-AU')} of them with another row as one lead`;
  const became = `${created === 1 || rows === 1 ? 'became a lead' : 'became leads'} at lumi${lost}${share}`;
  const ended = `${created.toLocaleString('en-AU')} of ${all} ${became}.`;
  return left > 0 ? `${ended} ${counted(left, 'row')} ${needs}.` : `${ended} Nothing is left for you to do.`;
};

/** A sentence that names what stands in the file, made safe to show; long ones stay whole. */
const visibleSentence = (text: string): string =>
  text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, ' ');

/** What is wrong with the file; what to do about it is the first step. */
const faultOf = ({ faults }: Summary): Story['fault'] => {
  const [first] = faults;
  if (first === undefined) return undefined;
  return { text: visibleSentence(inPlainWords(faults.map(({ what }) => what).join(' '))), line: first.line };
};

const documentsOf = ({ documents: { attached, failed } }: Summary): string | undefined => {
  if (attached + failed === 0) return undefined;
  return `Documents: ${attached.toLocaleString('en-AU')} attached${failed === 0 ? '' : `, ${failed.toLocaleString('en-AU')} not attached`}`;
};

/** Columns that a sentence names; more would not be read. */
const namedColumns = 6;

const notSentOf = ({ notSent: all, columns }: Summary): string | undefined => {
  const notSent = all.filter(({ header }) => !columns.keptOut.includes(header));
  if (notSent.length === 0) return undefined;
  const fullest = notSent.toSorted((one, other) => other.filled - one.filled);
  const named = fullest
    .slice(0, namedColumns)
    .map(({ header, filled }) => `${visibleText(header.trim())} (${counted(filled, 'row')})`);
  const more = fullest.length - named.length;
  return `Filled in and not sent: ${named.join(', ')}${more > 0 ? ` and ${counted(more, 'more column')}` : ''}. A mapping file can say what ${notSent.length === 1 ? 'it means' : 'they mean'}.`;
};

/** What holding the leads against lumi's list has come to; undefined where nothing was created. */
export const proofSentence = ({ proof }: Summary): string | undefined => {
  if (!proof) return undefined;
  const { state, there, notThere, twice, other } = proof;
  const listed = 'lumi’s list of leads';
  switch (state) {
    case 'pending':
      return `Not compared with ${listed} yet: that follows in some minutes.`;
    case 'not_made':
      return `Not compared with ${listed}: --verify does that.`;
    case 'not_possible':
      return `They could not be compared with ${listed}: it could not be read to its end, or did not show enough.`;
    case 'done': {
      const wrong = [
        ...(notThere > 0 ? [`${notThere.toLocaleString('en-AU')} not there`] : []),
        ...(twice > 0 ? [`${twice.toLocaleString('en-AU')} there twice`] : []),
        ...(other > 0 ? [`${other.toLocaleString('en-AU')} of somebody else`] : []),
      ];
      const are = counted(there, 'lead');
      return wrong.length === 0
        ? `Compared with ${listed}: ${there === 1 ? 'the lead is' : `all ${are} are`} there, once.`
        : `Compared with ${listed}: ${are} there as sent, ${wrong.join(', ')}.`;
    }
  }
};

const wasSent = ({ mode, state }: Summary): boolean => mode === 'import' && state !== 'refused';

/** A file whose rows were read is not dropped again for what it could say better. */
const mappingOf = (summary: Summary): string | undefined => {
  if (summary.reports.mapping === undefined || summary.rows === 0) return undefined;
  const where =
    summary.source.bucket === localBucketName ? 'use it with --mapping' : `drop it into ${prefixes.mappings}`;
  const again = rowsToRetry(summary) === 0 ? '' : `, and for ${retryFileOf(summary)}`;
  return `${mappingWorkbookFile} asks what some columns or texts of the file are. Fill it in and ${where} for the next file${again}${wasSent(summary) ? '; this file need not be dropped again' : ''}.`;
};

/** Whether all rows that failed did so because the import was cancelled. */
const allCancelled = ({ errors, statuses: counts }: Summary): boolean =>
  errors.some(({ code, count }) => code === 'cancelled' && count === counts.failed);

const toneOf = (status: Status): Tone => {
  if (status === 'unconfirmed') return 'doubt';
  if (needsPerson(status)) return 'bad';
  return status === 'created' || status === 'valid' ? 'good' : 'calm';
};

const wordsFor = (status: Status, summary: Summary): string => {
  const isOne = summary.statuses[status] === 1;
  if (status === 'failed' && allCancelled(summary))
    return `failed: the import was cancelled before ${isOne ? 'it was' : 'they were'} sent`;
  const hidden = hiddenRows(summary);
  if (status !== 'not_sent' || hidden === 0) return (isOne ? wordsOfOne[status] : undefined) ?? words[status];
  return hidden === summary.statuses.not_sent
    ? `not sent: the workbook hides ${isOne ? 'it' : 'them'}`
    : `not sent, ${hidden.toLocaleString('en-AU')} of them since the workbook hides them`;
};

/** @param again how a file is dropped again, where the reader is */
export const storyOf = (summary: Summary, again: DropAgain): Story => ({
  title: titleOf(summary),
  sentence: sentenceOf(summary),
  endings: (Object.keys(words) as Status[])
    .filter((status) => summary.statuses[status] > 0)
    .map((status) => ({
      status,
      tone: toneOf(status),
      count: summary.statuses[status],
      words: wordsFor(status, summary),
    })),
  furtherSentences: [
    documentsOf(summary),
    proofSentence(summary),
    notSentOf(summary),
    ...chosenOf(summary),
    mappingOf(summary),
  ].filter((text) => text !== undefined),
  fault: faultOf(summary),
  steps: nextSteps(summary, again),
});
