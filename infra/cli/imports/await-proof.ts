import { setTimeout as sleep } from 'node:timers/promises';
import { verifyKey } from '../../../shared/bucket/keys.ts';
import type { Summary } from '../../../shared/report/summary.ts';
import { exitCodeOf, readSummary } from '../places/known-imports.ts';
import type { KnownImport, Place } from '../places/place.ts';
import { Standstill } from './standstill.ts';

/** What is said while a proof is waited for. */
export const comparing = 'Comparing the leads with lumi’s list: it is given some minutes to show them all.';

/**
 * Waits until the leads of an import that has ended were compared with the list, and answers what its report says then.
 * @param isAnew whether that is done once more where it was done before
 * @throws ImportStuck where it is compared in this process, and that does not get on
 */
export const awaitProof = async (
  place: Pick<Place, 'store' | 'pollMs' | 'option' | 'faultOf'>,
  known: KnownImport,
  ended: Summary,
  isAnew: boolean,
): Promise<Summary> => {
  const { store, pollMs } = place;
  const { proof } = ended;
  if (!proof) return ended;
  if (isAnew || proof.state === 'not_made') await store.put(verifyKey(known.importId), new Date().toISOString());
  const standstill = new Standstill(known, place);
  for (;;) {
    const summary = await readSummary(store, known);
    const checkedAt = summary?.proof?.checkedAt ?? null;
    if (summary !== undefined && checkedAt !== null && checkedAt !== proof.checkedAt) return summary;
    standstill.look('');
    await sleep(pollMs);
  }
};

/** What a command ends with that was to compare: that it could not be done is not all right either. */
export const exitCodeOfProven = (summary: Summary): 0 | 1 | 2 =>
  summary.proof?.state === 'not_possible' && exitCodeOf(summary) === 0 ? 2 : exitCodeOf(summary);
