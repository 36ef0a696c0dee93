import { importIdOf, importTime, shortIdentity } from '../../shared/bucket/import-id.ts';
import { manifestKey, prefixes } from '../../shared/bucket/keys.ts';
import { notificationOf } from '../../shared/bucket/s3-event.ts';
import { isoTime } from '../../shared/clock.ts';
import { limits } from '../../shared/limits.ts';
import { readRegister } from '../../shared/memory/register.ts';
import { isNamed, nameImport } from '../../shared/state/import-marks.ts';
import type { SweeperDependencies } from './dependencies.ts';

/** The imports of the time in which one may still run. */
export interface KnownImports {
  /** Those that have a manifest. */
  readonly staged: ReadonlySet<string>;
  /** Those whose report is there. */
  readonly ended: ReadonlySet<string>;
}

/**
 * Announces every upload that nobody has received, as the bucket would have. One that was received is in the hands of the
 * uploads queue, as long as that keeps messages.
 */
export const announceUploads = async (
  { staged, ended }: KnownImports,
  lostAfterMs: number,
  { store, bucket, versions, announceUpload, clock, log }: SweeperDependencies,
): Promise<void> => {
  const now = clock.now();
  const known = new Set([...staged, ...ended].map(shortIdentity));
  for (const prefix of [prefixes.incoming, prefixes.validate]) {
    for await (const { key, versionId, storedAt } of versions(prefix)) {
      const ageMs = now - storedAt;
      if (key.endsWith('/') || ageMs < lostAfterMs || ageMs > limits.longestImportMs) continue;
      const upload = { bucket, key, versionId, eventTime: isoTime(storedAt) };
      const identity = shortIdentity(importIdOf(upload));
      if (known.has(identity)) continue;
      if (ageMs < limits.uploadMessageMs && (await isNamed(store, upload))) continue;
      // A parser of an earlier version, which names no uploads, may have begun it: the same import goes on.
      const begun = (await readRegister(store)).entries.find(({ importId }) => shortIdentity(importId) === identity);
      const found = begun === undefined ? upload : { ...upload, eventTime: importTime(begun.importId) };
      await announceUpload([notificationOf(found)]);
      log('upload_found', { importId: await nameImport(store, found) });
    }
  }
};

/** Announces every import that is not marked as ended: the reporter looks whether it is complete. */
export const announceResults = async (
  { staged, ended }: KnownImports,
  { bucket, announceResult, clock }: SweeperDependencies,
): Promise<void> => {
  const eventTime = isoTime(clock.now());
  const running = [...staged].filter((importId) => !ended.has(importId));
  await announceResult(running.map((importId) => notificationOf({ bucket, key: manifestKey(importId), eventTime })));
};
