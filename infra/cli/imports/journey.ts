import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { mappingWorkbookFile } from '../../../shared/bucket/keys.ts';
import { inPlainWords } from '../../../shared/header/plain-names.ts';
import { fileOf, proofSentence } from '../../../shared/report/sentences.ts';
import { placeWordOf, type Summary } from '../../../shared/report/summary.ts';
import { placesText } from '../../../shared/words/counted.ts';
import { shellWord } from '../../../shared/words/escaping.ts';
import { mendOf } from '../../../shared/words/file-fault.ts';
import type { ImportPlan } from '../places/import-plan.ts';
import { documentsBeside, dropKey, standardInput } from '../places/input-file.ts';
import { exitCodeOf } from '../places/known-imports.ts';
import { openImportingPlace } from '../places/open-place.ts';
import type { ImportingPlace, KnownImport, Unfinished } from '../places/place.ts';
import type { Output } from '../terminal/output.ts';
import { interruptedCode, UsageError } from '../terminal/usage-error.ts';
import { mayBeSent } from './ask-before-sending.ts';
import { awaitProof, comparing, exitCodeOfProven } from './await-proof.ts';
import { copyReport } from './copy-report.ts';
import { follow } from './follow.ts';
import { checkPaths, defaultOut } from './plan-imports.ts';
import type { ProgressView } from './progress-view.ts';
import { commandFor, commandsFor, sameAgain } from './retry-command.ts';
import { previewText } from './show-preview.ts';
import { startProgressView } from './show-progress.ts';
import { ImportStuck } from './standstill.ts';
import { summaryText } from './summary-text.ts';

/** One file of a command. */
interface FileOfCommand {
  readonly plan: ImportPlan;
  /** So many files it has. */
  readonly of: number;
  /** The keys of those that follow. */
  readonly later: ReadonlySet<string>;
}

/** A file that was refused weighs more than rows that need a person. */
const worstOf = (codes: readonly number[]): number => [1, 2].find((code) => codes.includes(code)) ?? 0;

/** Follows an import to its end, and copies its report. */
const finish = async (
  known: KnownImport,
  directory: string,
  place: ImportingPlace,
  view: ProgressView,
): Promise<Summary> => {
  const summary = await follow(known, place, view.show).finally(view.end);
  await copyReport(place, known, directory);
  await place.fetched(known);
  return summary;
};

/** Waits until the leads of an import were compared with the list, and copies what its report says then. */
const verify = async (
  known: KnownImport,
  ended: Summary,
  directory: string,
  place: ImportingPlace,
): Promise<Summary> => {
  const summary = await awaitProof(place, known, ended, false);
  await copyReport(place, known, directory);
  return summary;
};

/** An import that does not get on is told, and stops none of the others. */
const unlessStuck = async (view: ProgressView, run: () => Promise<number>): Promise<number> => {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof ImportStuck)) throw error;
    view.line(error.message);
    return 1;
  }
};

/** What an earlier command has begun ends first. A dry run leaves it as it is, since finishing would send. */
const finishEarlier = async (
  unfinished: readonly Unfinished[],
  { plan: { metadata, out } }: FileOfCommand,
  place: ImportingPlace,
  view: ProgressView,
): Promise<number> => {
  const codes: number[] = [];
  for (const earlier of unfinished) {
    const { importId, key } = earlier;
    if (metadata['dry-run'] === 'true') {
      view.line(`The interrupted import ${importId} of ${key} is left as it is.`);
      continue;
    }
    view.line(`Finishing the interrupted import ${importId} of ${key} first.`);
    await earlier.resume();
    const directory = join(out ?? defaultOut, importId);
    codes.push(
      await unlessStuck(view, async () => {
        const code = exitCodeOf(await finish(earlier, directory, place, view));
        view.line(`Its report is in ${directory}.`);
        return code;
      }),
    );
  }
  return worstOf(codes);
};

/** Where the documents of a file are, for a retry file that stands elsewhere. */
const documentsOf = ({ documents, file }: ImportPlan): string | undefined => {
  const beside = documentsBeside(file);
  return documents ?? (file !== standardInput && existsSync(beside) ? beside : undefined);
};

/** Where nothing was sent, the bound that was set for a first try still counts. */
const retryCommand = ({ state }: Summary, plan: ImportPlan, file: string): string => {
  const { first } = plan.metadata;
  const command = commandFor(plan, documentsOf(plan), file);
  return state === 'refused' && first !== undefined ? `${command} --first ${first}` : command;
};

/** What a file is called once it was saved as what the importer reads; a text needs another name alone. */
const savedAs = (file: string): string => {
  if (/\.xlsx$/i.test(file)) return file;
  const plain = file.replace(/\.\w{1,8}$/, '');
  // Of a workbook that somebody has compressed, the workbook.
  if (/\.xlsx$/i.test(plain)) return plain;
  return `${plain}${/\.(?:txt|tsv|tab|dat)$/i.test(file) ? '.csv' : '.xlsx'}`;
};

/** How a file is to be read: what somebody has said of it that was wrong is left out. */
const withoutReading = ({ encoding: _, sheet: __, ...metadata }: ImportPlan['metadata']): ImportPlan['metadata'] =>
  metadata;

/** The import of a file that was mended: what is no table has another name. */
const mended = ({ faults }: Summary, plan: ImportPlan): ImportPlan => {
  const has = (wanted: string): boolean => faults.some(({ code }) => code === wanted);
  const isMisread = has('invalid_option') || has('missing_column') || has('unknown_delimiter');
  const metadata = isMisread ? withoutReading(plan.metadata) : plan.metadata;
  return { ...plan, file: has('not_a_table') ? savedAs(plan.file) : plan.file, metadata };
};

/** What is to be done with a refused file, one command for each sheet that may be meant; a file whose rows were read has its steps. */
const thenLines = (summary: Summary, plan: ImportPlan): readonly string[] => {
  if (summary.faults.length === 0 || summary.rows > 0) return [];
  const mends = new Set(summary.faults.map(({ code }) => mendOf(code)));
  if (mends.has('other')) return [];
  // Where no name is known at all, the encoding that somebody has said is probably another.
  const isReadOtherwise = plan.metadata['encoding'] !== undefined && summary.reports.mapping === undefined;
  if (mends.has('map') && !isReadOtherwise) return [`npm start -- map ${shellWord(plan.file)}`];
  const again = mended(summary, plan);
  const sheets = summary.faults.flatMap(({ sheets: each = [] }) => each);
  if (sheets.length === 0) return [sameAgain(again)];
  return sheets.map((sheet) => sameAgain({ ...again, metadata: { ...again.metadata, sheet } }));
};

/** With `--json` one document a line where there are several. */
const print = async (
  summary: Summary,
  directory: string,
  { plan, of }: FileOfCommand,
  { write, say, paint }: Output,
): Promise<void> => {
  const { file, json } = plan;
  if (json) return write(`${JSON.stringify(summary, null, of === 1 ? 2 : 0)}\n`);
  const shown = resolve(directory).startsWith(resolve('.')) ? relative('.', directory) || '.' : directory;
  const again = commandsFor(summary, shown, (retry) => retryCommand(summary, plan, retry));
  const map = `npm start -- map ${shellWord(file)}`;
  for (const { what, tip, line } of summary.faults)
    say(
      `Refused${line === null ? '' : ` (${placesText(placeWordOf(summary), [line])})`}: ${inPlainWords(`${what} ${tip}`)}`,
    );
  for (const [at, then] of thenLines(summary, plan).entries()) say(`${at === 0 ? 'Then' : 'Or'}: ${then}`);
  if (summary.reports.mapping !== undefined && summary.rows === 0) {
    const filled = join(shown, mappingWorkbookFile);
    say(`Or fill in ${shellWord(filled)}, and: ${sameAgain({ ...plan, mapping: filled })}`);
  }
  const preview = plan.show > 0 ? `${await previewText(directory, plan.show, placeWordOf(summary))}\n` : '';
  const { 'dry-run': _, ...options } = plan.metadata;
  const send = sameAgain({ ...plan, metadata: options });
  await write(`${preview}${summaryText(summary, shown, { ...again, map, send }, paint)}\n`);
};

/** Runs one import from the file to its report, and says how it ended. */
const importOne = async (
  turn: FileOfCommand,
  place: ImportingPlace,
  output: Output,
  view: ProgressView,
): Promise<number> => {
  const { plan, later } = turn;
  const { unfinished, drop } = await place.prepare(plan, later);
  const before = await finishEarlier(unfinished, turn, place, view);
  let known: KnownImport | undefined;
  let hasEnded = false;
  const leave = async (): Promise<void> => {
    view.end();
    // Whoever does not want to wait says so once more.
    process.once('SIGINT', () => process.exit(interruptedCode));
    const next = await place.leave(known);
    const report = `npm start -- report ${known?.importId} ${place.option} --verify`;
    view.line(`\nInterrupted. ${hasEnded ? `The import has ended. To compare its leads: ${report}` : next}`);
    process.exit(interruptedCode);
  };
  process.once('SIGINT', leave);
  try {
    known = await drop();
    const directory = plan.out ?? join(defaultOut, known.importId);
    const ended = await finish(known, directory, place, view);
    hasEnded = true;
    const isCompared = plan.verify && Boolean(ended.proof);
    if (isCompared) view.line(comparing);
    const summary = isCompared ? await verify(known, ended, directory, place) : ended;
    await print(summary, directory, turn, output);
    return worstOf([before, isCompared ? exitCodeOfProven(summary) : exitCodeOf(summary)]);
  } finally {
    process.off('SIGINT', leave);
  }
};

/** Whether comparing the leads of an import has found something that its report did not say. */
const isWrong = ({ proof }: Summary): boolean =>
  Boolean(proof) && (proof?.notThere ?? 0) + (proof?.twice ?? 0) + (proof?.other ?? 0) > 0;

/** What comparing the leads of an earlier import with the list has come to. */
const comparedLine = (summary: Summary, option: string): string => {
  const { importId, proof } = summary;
  const told = proofSentence(summary);
  const where =
    proof?.state === 'done' && !isWrong(summary) ? '' : ` Its report: npm start -- report ${importId} ${option}`;
  return `The earlier import ${importId} of ${fileOf(summary)}: ${told}${where}`;
};

/** Import ids tell seconds: the imports of one command are in their order by them. */
const nextSecond = (): Promise<void> => sleep(1000 - (Date.now() % 1000));

/** Imports files one after the other, each of which knows the leads of those before it; answers the worst that they came to. */
export const importAll = async (plans: readonly ImportPlan[], output: Output): Promise<number> => {
  const [first] = plans;
  if (first === undefined) return 0;
  for (const plan of plans) checkPaths(plan);
  if (!(await mayBeSent(plans))) throw new UsageError('Nothing was sent. --yes sends without asking.');
  let view = await startProgressView(process.stderr);
  const place = await openImportingPlace(first, (line) => view.line(line));
  try {
    const codes: number[] = [];
    const keys = plans.map(dropKey);
    for (const [index, plan] of plans.entries()) {
      if (index > 0) await nextSecond();
      const later = new Set(keys.slice(index + 1));
      const turn = { plan, of: keys.length, later };
      codes.push(await unlessStuck(view, () => importOne(turn, place, output, view)));
      view = await startProgressView(process.stderr);
    }
    for (const summary of await place.compared()) {
      view.line(comparedLine(summary, place.option));
      if (isWrong(summary)) codes.push(2);
    }
    return worstOf(codes);
  } finally {
    await place.close();
  }
};
