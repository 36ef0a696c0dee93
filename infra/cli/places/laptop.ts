import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { reportPrefix } from '../../../shared/bucket/keys.ts';
import { type EpochMs, steadyClock } from '../../../shared/clock.ts';
import { shellWord, visibleText } from '../../../shared/words/escaping.ts';
import { type LocalImporter, startLocalImporter } from '../../laptop/local-importer.ts';
import { apiTiming } from '../../topology.ts';
import { pagesOf } from '../leads/read-leads.ts';
import { noteDelivered, undeliveredUploads } from './delivered-reports.ts';
import { proveEarlier } from './earlier-proofs.ts';
import type { ImportPlan } from './import-plan.ts';
import { documentsFor, dropKey, openInput } from './input-file.ts';
import { type Api, isRealApi, openApi } from './open-api.ts';
import { noteDocuments, notedDocuments, provideDocuments } from './own-documents.ts';
import { ownFaults } from './own-faults.ts';
import type { ImportingPlace, KnownImport, Prepared, Unfinished } from './place.ts';
import { bindStateDirectory, isNewStateDirectory } from './state-directory.ts';
import { uploadMapping } from './upload-mapping.ts';

const pollMs = 100;

/** So long somebody waits who interrupts an import. */
const longestLeaveMs = 3_000;

/** What somebody can do who has interrupted an import. */
const goOn = ({ state, apiUrl }: Pick<ImportPlan, 'state' | 'apiUrl'>): string => {
  if (state !== undefined) return 'Run the same command again to go on.';
  const keep = 'with --state DIR an import can go on after an interruption';
  return isRealApi(apiUrl)
    ? `Leads that were sent are at lumi, and nothing here remembers them: look with npm start -- leads --api-url ${apiUrl} before you import the file again. Next time ${keep}.`
    : `Nothing of it was kept: ${keep}.`;
};

/** Said once, where leads go to lumi from here. */
const ownMemory =
  'This machine remembers by itself what it sends (with --state): a deployed importer does not know these leads, nor this one those.';

/** What time it is by the API; undefined where it does not say. */
const timeOf = async (api: Api): Promise<EpochMs | undefined> => {
  const { pages, close } = pagesOf(api);
  try {
    await pages.page({}, { index: 0, size: 1 });
    return pages.clockAheadMs === undefined ? undefined : steadyClock.now() + pages.clockAheadMs;
  } finally {
    await close();
  }
};

/** Starts an importer on this machine, and what it talks to. */
export const startImporter = async (
  plan: Pick<ImportPlan, 'apiUrl' | 'state' | 'concurrency'>,
  say: (line: string) => void,
) => {
  const api = await openApi(plan, say);
  const { log, faultOf } = ownFaults(say);
  try {
    const importer = await startLocalImporter({
      apiUrl: api.url,
      username: api.username,
      password: api.password,
      concurrency: plan.concurrency,
      log,
      toldTime: () => timeOf(api),
      directory: plan.state,
      ...(api.listingSettleMs !== undefined && { listingSettleMs: api.listingSettleMs }),
      ...(api.lateCommitMs !== undefined && { lateCommitMs: api.lateCommitMs }),
    });
    return { importer, api, faultOf };
  } catch (error) {
    await api.stop();
    throw error;
  }
};

const digestOf = async (bytes: AsyncIterable<Uint8Array>): Promise<string> => {
  const digest = createHash('sha256');
  for await (const chunk of bytes) digest.update(chunk);
  return digest.digest('hex');
};

/** Whether the bucket has just this file, with these options. */
const isThere = async (
  { store }: LocalImporter,
  key: string,
  body: () => AsyncIterable<Uint8Array>,
  metadata: Readonly<Record<string, string>>,
): Promise<boolean> => {
  const stored = await store.get(key);
  if (stored === undefined) return false;
  const sameOptions =
    JSON.stringify(Object.entries(stored.metadata).toSorted()) === JSON.stringify(Object.entries(metadata).toSorted());
  return sameOptions && (await digestOf(stored.body)) === (await digestOf(body()));
};

const knownImport = (importer: LocalImporter, key: string): KnownImport => {
  const importId = importer.importIdOf(key);
  return { importId, prefix: reportPrefix(key, importId) };
};

/** An interrupted import goes on with its own documents. */
const unfinishedOf = (importer: LocalImporter, key: string): Unfinished => ({
  ...knownImport(importer, key),
  key,
  resume: async () => {
    const directory = await notedDocuments(importer, key);
    if (directory !== undefined) await provideDocuments(importer, directory);
    await importer.resume(key);
  },
});

const prepare = async (
  importer: LocalImporter,
  plan: ImportPlan,
  later: ReadonlySet<string>,
  say: (line: string) => void,
): Promise<Prepared> => {
  const { file } = plan;
  const key = dropKey(plan);
  const input = await openInput(file);
  const metadata = { ...plan.metadata, ...(await uploadMapping(importer.store, plan)) };
  const interrupted = await undeliveredUploads(importer);
  const isSame = await isThere(importer, key, input.bytes, metadata);
  const goesOn = isSame && interrupted.includes(key);
  const isDone = isSame && !goesOn && interrupted.some((other) => later.has(other));
  const first = interrupted.filter((other) => (other === key ? !goesOn : !later.has(other)));
  const drop = async (): Promise<KnownImport> => {
    if (isDone) {
      say(`${file} was imported before the interruption.`);
      return knownImport(importer, key);
    }
    const directory = documentsFor(plan, say);
    await noteDocuments(importer, key, directory);
    const hasDocuments = await provideDocuments(importer, directory);
    say(`Importing ${visibleText(file)}${hasDocuments ? ` with the documents of ${visibleText(directory)}` : ''}.`);
    if (goesOn) {
      say(`Going on with the interrupted import ${importer.importIdOf(key)}.`);
      await importer.resume(key);
    } else await importer.upload(key, input.bytes(), metadata);
    input.close();
    return knownImport(importer, key);
  };
  return { unfinished: first.map((other) => unfinishedOf(importer, other)), drop };
};

/** This machine, where the importer runs until the place is closed. */
export const openLaptop = async (plan: ImportPlan, say: (line: string) => void): Promise<ImportingPlace> => {
  const { state, apiUrl } = plan;
  const isNew = state === undefined || isNewStateDirectory(state, apiUrl);
  if (isNew && isRealApi(apiUrl)) say(ownMemory);
  const { importer, api, faultOf } = await startImporter(plan, say);
  if (state !== undefined) bindStateDirectory(state, apiUrl);
  const { store } = importer;
  const option = state === undefined ? '' : `--state ${shellWord(state)}`;
  const close = async (): Promise<void> => {
    await importer.stop();
    await api.stop();
  };
  const { listingSettleMs = apiTiming.listingSettleMs } = api;
  const compared = await proveEarlier({ store, option, pollMs, close }, steadyClock.now() - 2 * listingSettleMs);
  return {
    store,
    option,
    pollMs,
    faultOf,
    compared,
    prepare: (each, later) => prepare(importer, each, later, say),
    fetched: ({ importId }) => noteDelivered(importer, importId),
    leave: async () => {
      // Without it all rows of the batches under way would be in doubt.
      if (state !== undefined) await Promise.race([importer.stopSending(), sleep(longestLeaveMs)]);
      return goOn(plan);
    },
    close,
  };
};
