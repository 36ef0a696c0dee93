import type { ObjectStore } from '../../shared/aws/object-store.ts';
import type { Log } from '../../shared/log.ts';
import type { Completeness } from './completeness.ts';

/** What reporting takes from the world: no clock, since a report run twice has the same bytes. */
export interface ReporterDependencies {
  readonly store: ObjectStore;
  readonly log: Log;
  /** What earlier notifications have shown already. */
  readonly completeness: Completeness;
  /**
   * Runs one report after the other: a hundred notifications of one import are delivered at once, and the first that
   * finds it complete makes the others find its summary.
   */
  readonly oneAtATime: <Result>(work: () => Promise<Result>) => Promise<Result>;
}
