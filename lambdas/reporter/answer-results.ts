import { done, type Verdict } from '../../shared/bucket/delivery.ts';
import { batchOfOutcomes, importIdOfKey, prefixes, verifyKey } from '../../shared/bucket/keys.ts';
import { createdObjects } from '../../shared/bucket/s3-event.ts';
import { askForProof } from './ask-for-proof.ts';
import type { ReporterDependencies } from './dependencies.ts';
import { reportImport } from './report-import.ts';
import { tellProof } from './tell-proof.ts';
import { wakeCancelled } from './wake-cancelled.ts';

/**
 * Answers one notification about manifests, outcomes, cancellations and proofs: each import in it is reported if it has
 * become complete. One that may have been cancelled is hurried to its end; outcomes alone say nothing of that, and those of
 * a large import wait for one another.
 */
export const answerResults = async (messageBody: string, dependencies: ReporterDependencies): Promise<Verdict> => {
  const { clock, looks } = dependencies;
  let waitMs = 0;
  for (const { key } of createdObjects(messageBody)) {
    const importId = importIdOfKey(key);
    if (importId === undefined) continue;
    if (key.startsWith(prefixes.proofs)) {
      await dependencies.sharedLook(`the proof of ${importId}`, () => tellProof(importId, dependencies));
      continue;
    }
    if (key === verifyKey(importId)) {
      await dependencies.sharedLook(`who asks for a proof of ${importId}`, () => askForProof(importId, dependencies));
      continue;
    }
    const batch = batchOfOutcomes(key);
    const wait = batch === undefined ? 0 : looks.waitFor(key, { importId, batch }, clock.now());
    if (wait === 'seen') continue;
    if (wait > 0) {
      waitMs = Math.max(waitMs, wait);
      continue;
    }
    if (batch === undefined)
      await dependencies.sharedLook(`whether ${importId} is cancelled`, () => wakeCancelled(importId, dependencies));
    await dependencies.sharedLook(importId, async () => {
      const beganAt = clock.now();
      await reportImport(importId, dependencies);
      looks.looked(importId, beganAt);
    });
  }
  return waitMs === 0 ? done : { kind: 'retry', afterMs: waitMs };
};
