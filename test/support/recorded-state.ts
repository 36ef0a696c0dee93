import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { prefixes } from '../../shared/bucket/keys.ts';
import type { CreatedObject } from '../../shared/bucket/s3-event.ts';
import type { BatchMessage } from '../../shared/state/batch-message.ts';
import type { ApiLead } from './fake-leads-api.ts';
import { PipelineHarness } from './pipeline-harness.ts';
import { aCsv, rows, type SampleRow } from './sample-rows.ts';

/** What a release has left in a bucket and its queues while it was at work, and what the Leads API knew then. */
export interface RecordedState {
  readonly time: number;
  /** By key. */
  readonly objects: Readonly<Record<string, { readonly text: string } | { readonly base64: string }>>;
  readonly messages: readonly BatchMessage[];
  readonly leads: readonly ApiLead[];
  readonly uploads: Readonly<Record<'ended' | 'doubted' | 'halfway', CreatedObject>>;
}

export const recordedStates = join(import.meta.dirname, '..', 'fixtures', 'state');

/** The rows of the imports that are recorded. */
export const recordedRows: Readonly<Record<keyof RecordedState['uploads'], readonly SampleRow[]>> = {
  ended: rows(6, 1),
  doubted: rows(3, 101),
  halfway: rows(130, 201),
};

/** Releases whose state is a promise, with what they have left. */
export const readRecordedStates = (): readonly (readonly [release: string, state: RecordedState])[] =>
  readdirSync(recordedStates).map((name) => [
    name.replace(/\.json$/, ''),
    JSON.parse(readFileSync(join(recordedStates, name), 'utf8')) as RecordedState,
  ]);

const kept = [prefixes.incoming, 'state/', prefixes.documents];

/**
 * The importer of today at work: an import has ended, a second one has left a row to a person, and of a third one batch
 * has ended, one has lost two answers, one has not been begun.
 */
export const recordState = async (): Promise<RecordedState> => {
  const harness = new PipelineHarness();
  const { api, clock, store } = harness;
  const drop = (name: keyof RecordedState['uploads']): CreatedObject =>
    harness.drop(`incoming/${name}.csv`, aCsv(recordedRows[name]));

  const ended = drop('ended');
  await harness.parse(ended);
  await harness.submit();
  await harness.report(ended);

  const doubted = drop('doubted');
  await harness.parse(doubted);
  api.script.push('good', 'lose');
  api.listTrouble = 'server_error';
  await harness.submit();
  api.listTrouble = undefined;
  await harness.report(doubted);

  const halfway = drop('halfway');
  await harness.parse(halfway);
  const [first, second] = harness.released;
  if (first === undefined || second === undefined) throw new Error('a third import needs more than one batch');
  await harness.attempt(first);
  harness.released.shift();
  api.script.push('good', 'commit_then_lose', 'good', 'lose');
  await harness.attempt(second);

  const objects = [...store.objects]
    .filter(([key]) => kept.some((prefix) => key.startsWith(prefix)))
    .map(([key, body]) => {
      const text = body.toString('utf8');
      return [key, Buffer.from(text).equals(body) ? { text } : { base64: body.toString('base64') }] as const;
    });
  return {
    time: clock.now(),
    objects: Object.fromEntries(objects),
    messages: harness.released,
    leads: api.leads,
    uploads: { ended, doubted, halfway },
  };
};

/** The importer of today where another release was at work. */
export const takeOver = ({ time, objects, messages, leads }: RecordedState): PipelineHarness => {
  const harness = new PipelineHarness();
  harness.clock.time = time;
  for (const [key, body] of Object.entries(objects))
    harness.store.objects.set(
      key,
      'text' in body ? Buffer.from(body.text, 'utf8') : Buffer.from(body.base64, 'base64'),
    );
  harness.released.push(...messages);
  harness.api.leads.push(...leads);
  return harness;
};
