import { setTimeout as sleep } from 'node:timers/promises';
import { verifyKey } from '../../../shared/bucket/keys.ts';
import { getText } from '../../../shared/bucket/object-store.ts';
import type { Summary } from '../../../shared/report/summary.ts';
import { knownImports, readSummary } from './known-imports.ts';
import type { KnownImport, Place } from './place.ts';

/** Imports that one command takes up; the others are for the next. */
const mostAtOnce = 20;
/** How long a command that is done waits for them: a long list is for the next one too. */
const patienceMs = 30_000;

const isUnproven = (summary: Summary | undefined, shownBy: number): boolean =>
  summary?.proof?.state === 'not_made' && Date.parse(summary.finishedAt) < shownBy;

/**
 * Asks for the proofs of imports of a state directory that ended before, once the list has had its time. What an
 * interrupted command has asked for goes on.
 * @param shownBy what was created before this the list shows
 * @returns waits for them, and answers what their reports say
 */
export const proveEarlier = async (
  place: Pick<Place, 'store' | 'pollMs' | 'option' | 'close'>,
  shownBy: number,
): Promise<() => Promise<readonly Summary[]>> => {
  const { store, pollMs } = place;
  const asked: KnownImport[] = [];
  for (const known of await knownImports(place)) {
    if (asked.length === mostAtOnce) break;
    if (!isUnproven(await readSummary(store, known), shownBy)) continue;
    const key = verifyKey(known.importId);
    // Written again, it is announced again.
    await store.put(key, (await getText(store, key))?.text ?? new Date().toISOString());
    asked.push(known);
  }
  return async () => {
    const until = performance.now() + patienceMs;
    const told: Summary[] = [];
    for (const known of asked) {
      for (let isWaiting = true; isWaiting; ) {
        const summary = await readSummary(store, known);
        const isTold = summary !== undefined && summary.proof?.state !== 'not_made';
        if (isTold) told.push(summary);
        isWaiting = !isTold && performance.now() < until;
        if (isWaiting) await sleep(pollMs);
      }
    }
    return told;
  };
};
