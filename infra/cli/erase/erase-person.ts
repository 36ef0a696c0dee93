import {
  erasedKey,
  journalsPrefix,
  optionalFiles,
  outcomesPrefix,
  prefixes,
  reportFiles,
  reportPrefix,
} from '../../../shared/bucket/keys.ts';
import type { ObjectStore } from '../../../shared/bucket/object-store.ts';
import { stateVersion } from '../../../shared/bucket/stored-json.ts';
import { isoTime, systemClock } from '../../../shared/clock.ts';
import { publishedSummary } from '../../../shared/report/published-summary.ts';
import type { Manifest } from '../../../shared/state/manifest.ts';
import { counted } from '../../../shared/words/counted.ts';
import { harmless } from '../../../shared/words/escaping.ts';
import { type Erased, type ErasingPlace, openEraser } from '../places/eraser.ts';
import type { PlaceOptions } from '../places/place.ts';
import { isWanted } from '../terminal/confirmed.ts';
import type { Output } from '../terminal/output.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { type FoundImport, findPerson } from './find-person.ts';

export interface EraseOptions extends PlaceOptions {
  readonly email?: string | undefined;
  readonly yes?: boolean | undefined;
}

/** Files of a report that hold cells; the page and the summary hold none, and stay. */
const filesWithCells = [reportFiles.report, reportFiles.retry, ...optionalFiles];

/** What is erased of an import, in this order: what it is found by comes last, so that a command that broke off finds it again. */
const objectsOf = ({ manifest: { importId, source }, documents, hasSource }: FoundImport): readonly Erased[] => [
  ...documents.map((key) => ({ key })),
  ...filesWithCells.map((name) => ({ key: `${reportPrefix(source.key, importId)}${name}` })),
  { prefix: outcomesPrefix(importId) },
  { prefix: journalsPrefix(importId) },
  ...(hasSource ? [{ key: source.key, versionId: source.versionId ?? undefined }] : []),
  { prefix: `${prefixes.batches}${importId}/` },
];

const lineOf = ({ manifest: { importId, source }, rows, others }: FoundImport): string =>
  harmless(
    `${importId}  ${source.key}: ${counted(rows, 'row')} of the person, ${counted(others, 'row')} of other people`,
  );

/** Rows of an import that nobody could confirm: the file in which they are answered goes with the others. */
const unanswered = async ({ manifest: { importId, source } }: FoundImport, store: ObjectStore): Promise<number> =>
  (await publishedSummary(store, reportPrefix(source.key, importId)))?.statuses.unconfirmed ?? 0;

/** What is shown before anything is erased. */
const show = async (found: readonly FoundImport[], store: ObjectStore, { say }: Output): Promise<void> => {
  const ended = found.filter((each) => each.ended);
  const running = found.filter((each) => !each.ended);
  if (ended.length > 0) say('Whole objects are erased, with the rows of other people in them:');
  for (const each of ended) {
    say(`  ${lineOf(each)}`);
    for (const key of each.documents) say(harmless(`    ${key}`));
    const open = await unanswered(each, store);
    if (open > 0)
      say(
        `    ${counted(open, 'row')} of it ended unconfirmed: unless that was answered, do so first, the file for it is erased too`,
      );
    for (const key of each.shared) say(harmless(`    left, since rows of other people name it: ${key}`));
  }
  if (running.length > 0) say('These still run, and are left as they are. Erase again when they have ended:');
  for (const each of running) say(`  ${lineOf(each)}`);
};

/** A proof that has not been made reads what is erased: the summary says that it will not come. */
const endProof = async ({ importId, source }: Manifest, store: ObjectStore): Promise<void> => {
  const prefix = reportPrefix(source.key, importId);
  const summary = await publishedSummary(store, prefix);
  if (summary?.proof?.state !== 'pending') return;
  const proof = { ...summary.proof, state: 'not_possible', checkedAt: isoTime(systemClock.now()) };
  await store.put(`${prefix}${reportFiles.summary}`, `${JSON.stringify({ ...summary, proof }, null, 2)}\n`);
};

const eraseImport = async (found: FoundImport, { store, erase }: ErasingPlace): Promise<number> => {
  await endProof(found.manifest, store);
  let objects = 0;
  for (const what of objectsOf(found)) objects += await erase(what);
  const { rows, others, manifest } = found;
  const { importId } = manifest;
  const record = { version: stateVersion, importId, erasedAt: isoTime(systemClock.now()), rows, others, objects };
  await store.put(erasedKey(importId), JSON.stringify(record));
  return objects;
};

/**
 * Erases what ended imports keep of a person, found by the e-mail address, once it was shown and somebody said yes. Hashes
 * of leads and their ids stay, so that nothing is sent again; the page and the summary stay, which hold no cell.
 */
export const erasePerson = async (options: EraseOptions, output: Output): Promise<number> => {
  const { email: address = '', state, json } = options;
  const { write, say } = output;
  if (!/^[^\s@]+@[^\s@]+$/.test(address))
    throw new UsageError('Expected --email ADDRESS, the e-mail address of a person.');
  const place = await openEraser(options);
  try {
    const found = await Array.fromAsync(findPerson(place, address));
    if (json === true)
      await write(
        found
          .map(
            ({ manifest: { importId, source }, ...more }) =>
              `${JSON.stringify({ importId, key: source.key, ...more })}\n`,
          )
          .join(''),
      );
    const ended = found.filter((each) => each.ended);
    if (found.length === 0) {
      say('No import holds this address.');
      return 0;
    }
    await show(found, place.store, output);
    if (ended.length > 0 && !(await isWanted(options.yes, 'Erase them, in all versions?', 'erase them'))) return 2;
    for (const each of ended)
      say(`${each.manifest.importId}: ${counted(await eraseImport(each, place), 'object')} erased.`);
    place.finish();
    if (state !== undefined && ended.some(({ documents }) => documents.length > 0))
      say('Documents stay where they lie on this machine, and so do reports that were written there.');
    else say('Reports that were fetched lie on the machines of those who fetched them.');
    return ended.length < found.length ? 2 : 0;
  } finally {
    place.close();
  }
};
