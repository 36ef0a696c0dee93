import * as z from 'zod/mini';
import { BoundedMap } from '../bounded-map.ts';
import { cancelKey, cancelledKey, importIdSchema } from '../bucket/keys.ts';
import type { ObjectStore } from '../bucket/object-store.ts';
import { readState, stateVersion, stateVersionSchema } from '../bucket/stored-json.ts';
import type { Clock, EpochMs } from '../clock.ts';

const markSchema = z.object({
  version: stateVersionSchema,
  importId: importIdSchema,
  /** When the importer first saw the cancellation, milliseconds since 1970. */
  at: z.number(),
});

/** Makes a cancellation final; the first time counts. Who may ask for one: `infra/stack/user-policy.ts`. */
export const markCancelled = async (store: ObjectStore, importId: string, at: EpochMs): Promise<void> =>
  void (await store.put(cancelledKey(importId), JSON.stringify({ version: stateVersion, importId, at }), {
    ifAbsent: true,
  }));

/**
 * When an import was cancelled; undefined where it was not. Whoever sees the person's object first makes the cancellation
 * final before anything acts on it: an object that is taken away again does not bring an import back of which a part has
 * ended.
 */
export const readCancellation = async (
  store: ObjectStore,
  importId: string,
  clock: Clock,
): Promise<EpochMs | undefined> => {
  const key = cancelledKey(importId);
  const marked = await readState(store, key, markSchema);
  if (marked !== undefined) return marked.value.at;
  if ((await store.head(cancelKey(importId))) === undefined) return undefined;
  await markCancelled(store, importId, clock.now());
  return (await readState(store, key, markSchema))?.value.at;
};

/** How old an answer may be that says that an import was not cancelled. */
const freshMs = 10_000;

/** How many imports are remembered; one that was forgotten is asked for again. */
const maxRemembered = 100;

/** Asks for cancellations on behalf of an instance: all batches of an import share an answer for ten seconds. */
export class Cancellations {
  readonly #store: ObjectStore;
  readonly #clock: Clock;
  readonly #answers = new BoundedMap<string, { readonly askedAt: EpochMs; readonly at: Promise<EpochMs | undefined> }>(
    maxRemembered,
  );

  constructor(store: ObjectStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** When an import was cancelled, as far as was known a moment ago. */
  async of(importId: string): Promise<EpochMs | undefined> {
    const known = this.#answers.get(importId);
    return known !== undefined && this.#clock.now() < known.askedAt + freshMs ? known.at : this.ask(importId);
  }

  /** When an import was cancelled, asked for now. */
  ask(importId: string): Promise<EpochMs | undefined> {
    const askedAt = this.#clock.now();
    const at = readCancellation(this.#store, importId, this.#clock);
    this.#answers.set(importId, { askedAt, at });
    // An error is for who asked; the next one asks again.
    at.catch(() => this.#answers.delete(importId));
    return at;
  }
}
