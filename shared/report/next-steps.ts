import {
  localBucketName,
  mappingWorkbookFile,
  prefixes,
  reportFiles,
  unconfirmedWorkbookFile,
} from '../bucket/keys.ts';
import { counted } from '../words/counted.ts';
import { mendOf } from '../words/file-fault.ts';
import type { DropAgain } from './drop-again.ts';
import {
  retryFileOf,
  rowsInError,
  rowsMaybeTwice,
  rowsNotAtLumi,
  rowsOfOthers,
  rowsUnconfirmedBefore,
  rowsWithSameLead,
  type Summary,
  unconfirmedFileOf,
} from './summary.ts';

/** One thing to do. */
export interface Step {
  readonly text: string;
  /** Does it, where there is one. */
  readonly command?: string;
}

const isAre = (count: number): string => (count === 1 ? 'is' : 'are');

/** Rows beyond the option `first` are good, and nobody has to do anything about them in a dry run. */
export const beyondFirst = ({ mode, faults, statuses: counts }: Summary): number =>
  mode === 'dry-run' && faults.length === 0 ? counts.not_sent : 0;

/** A step that there is where something is counted. */
const stepFor = (count: number, text: string, command?: string): Step[] =>
  count === 0 ? [] : [{ text, ...(command !== undefined && { command }) }];

/** What may have gone wrong without anybody's fault comes first: sending again could make it worse. */
const doubtSteps = (summary: Summary, { how, unconfirmedCommand }: DropAgain): Step[] => {
  const twice = rowsMaybeTwice(summary);
  const shared = rowsWithSameLead(summary);
  const { unconfirmed } = summary.statuses;
  const before = rowsUnconfirmedBefore(summary);
  const gone = rowsNotAtLumi(summary);
  const others = rowsOfOthers(summary);
  return [
    ...stepFor(
      gone,
      `Ask lumi for ${counted(gone, 'lead')} that ${gone === 1 ? 'was' : 'were'} created and that its list does not show: ${reportFiles.report} names ${gone === 1 ? 'its id' : 'their ids'}.`,
    ),
    ...stepFor(
      others,
      `Look at lumi for ${counted(others, 'row')} whose ${others === 1 ? 'id is the lead' : 'ids are the leads'} of somebody else: ${reportFiles.report} names them. Documents may be attached to the wrong lead.`,
    ),
    ...stepFor(
      twice,
      `Look at lumi for ${counted(twice, 'lead')} that may be there twice: ${reportFiles.report} names both ids of each. Have one of each two closed.`,
    ),
    ...stepFor(
      shared,
      `Look at lumi for ${counted(shared, 'row')} that ${shared === 1 ? 'has' : 'have'} one lead with another row: ${reportFiles.report} names both rows. One of the two may have no lead, and its documents may be at the other one's.`,
    ),
    ...stepFor(
      unconfirmed,
      `Open ${unconfirmedFileOf(summary)}: it holds ${counted(unconfirmed, 'row')} whose ${unconfirmed === 1 ? 'lead' : 'leads'} may be at lumi or not, and says what to look for there. Write into its column lead__Id the id that lumi shows, or none where the lead is not there. Save it and ${how}.`,
      unconfirmedCommand,
    ),
    ...stepFor(
      before,
      `Look at lumi whether ${counted(before, 'lead')} ${isAre(before)} there that an earlier import sent and could not confirm: ${before === 1 ? 'it was' : 'they were'} not sent again. ${reportFiles.report} has the ${before === 1 ? 'row' : 'rows'}. The report of that import has a file to answer in, ${unconfirmedWorkbookFile}.`,
    ),
  ];
};

/** Rows that were not sent because the workbook hides them. */
export const hiddenRows = ({ errors }: Summary): number => errors.find(({ code }) => code === 'hidden_row')?.count ?? 0;

/** Why there is no workbook. */
const tooManyForWorkbook = ({ reports }: Summary): string =>
  reports.retryWorkbook === undefined ? ' They are too many, or too long, for a workbook.' : '';

/** Rows that the retry file holds. */
export const rowsToRetry = ({ statuses: counts }: Pick<Summary, 'statuses'>): number =>
  counts.rejected + counts.created_documents_incomplete + counts.failed + counts.not_sent;

/** Of a cancelled import most rows are good as they are. */
const whatToCorrect = (toCorrect: number, all: number): string => {
  if (toCorrect === all) return all === 1 ? 'Correct it.' : 'Correct them.';
  const others = all - toCorrect;
  return `Correct ${toCorrect.toLocaleString('en-AU')} of them; the other ${others === 1 ? 'one needs' : `${others.toLocaleString('en-AU')} need`} no correction.`;
};

/** What the retry file is for. */
const retrySteps = (summary: Summary, { how, command }: DropAgain): Step[] => {
  const { statuses: counts, faults } = summary;
  const file = retryFileOf(summary);
  const { rejected, created_documents_incomplete: incomplete } = counts;
  const open = rowsToRetry(summary);
  if (open === 0) return [];
  const unanswered = rowsInError(summary, 'document_not_confirmed');
  const waiting = unanswered + rowsInError(summary, 'document_not_attached');
  const toCorrect = rejected + Math.max(0, incomplete - waiting);
  const hidden = hiddenRows(summary);
  const showHidden = `Show the hidden rows that are leads: ${hidden === 1 ? 'one is' : `${hidden.toLocaleString('en-AU')} are`} hidden in it as in your workbook.`;
  const again =
    faults.length === 0 ? 'Leads that were created are not sent twice.' : 'The good rows were not sent either.';
  const first =
    toCorrect === 0
      ? `Take ${file}: it holds the ${counted(open, 'row')} ${incomplete > 0 ? 'of which something is still to be sent' : `that did not become ${open === 1 ? 'a lead' : 'leads'}`}. ${hidden > 0 ? showHidden : `Nothing in ${open === 1 ? 'it' : 'them'} has to be corrected.`}`
      : `Open ${file}: it holds ${counted(open, 'row')} and says for each what to do. ${whatToCorrect(toCorrect, open - hidden)}${hidden > 0 ? ` ${showHidden}` : ''}${tooManyForWorkbook(summary)}`;
  const when = toCorrect === 0 ? 'When you want them to be sent,' : 'Save it and';
  const look = stepFor(
    unanswered,
    `Look at lumi whether ${counted(unanswered, 'lead')} ${unanswered === 1 ? 'has its' : 'have their'} documents: they were sent, and no answer came. ${reportFiles.report} names them. Take the rows out of ${file} that lack none.`,
  );
  return [...look, { text: first }, { text: `${when} ${how}. ${again}`, ...(command !== undefined && { command }) }];
};

/** Of a file that was only checked nothing was sent: what is sent in the end is the file itself. */
const dryRunSteps = (summary: Summary, again: DropAgain): Step[] => {
  const send: Step = {
    text: `To send the file, ${again.toSend ?? 'import it'}: nothing of it was sent yet.`,
    ...(again.send !== undefined && { command: again.send }),
  };
  const doubts = doubtSteps(summary, again);
  const sends = summary.statuses.valid > 0 ? [send] : [];
  if (rowsToRetry(summary) === beyondFirst(summary)) return [...doubts, ...sends];
  const correct = `Correct the rows that need your attention in your own file: ${retryFileOf(summary)} holds them and says for each what to do.`;
  return [...doubts, { text: correct }, send];
};

/** How the workbook that came with the report is used. */
const mappingSteps = (bucket: string): Step[] => [
  { text: `Open ${mappingWorkbookFile}, choose in its column Meaning what each column of your file is, and save it.` },
  {
    text:
      bucket === localBucketName
        ? 'Name it with --mapping when you import the file again.'
        : `Drop it into ${prefixes.mappings} of the bucket ${bucket}: every file with this header uses it from then on.`,
  },
];

/** What mends a file of which not even the rows were counted. */
const mendSteps = ({ faults, reports, source }: Summary, { how, map }: DropAgain): Step[] => {
  const mends = new Set(faults.map(({ code }) => mendOf(code)));
  const isAsked = reports.mapping !== undefined;
  const tips = new Map(faults.map(({ tip, code }) => [tip, mendOf(code)]));
  return [
    ...(isAsked ? mappingSteps(source.bucket) : []),
    ...[...tips]
      .filter(([, mend]) => !isAsked || mend !== 'map')
      .map(([text, mend]) => ({ text, ...(mend === 'map' && map !== undefined && { command: map }) })),
    ...(mends.has('other')
      ? []
      : [{ text: mends.has('save') ? `Save the file and ${how}.` : `Then take the file and ${how}.` }]),
  ];
};

/** What a person does next, in this order. @param again how a file is dropped again, where the reader is */
export const nextSteps = (summary: Summary, again: DropAgain): Step[] => {
  const { faults, rows, mode } = summary;
  if (faults.length > 0 && rows === 0) return mendSteps(summary, again);
  if (mode === 'dry-run') return rows === 0 ? [] : dryRunSteps(summary, again);
  return [...doubtSteps(summary, again), ...retrySteps(summary, again)];
};
