import type { ObjectStore } from '../../../shared/bucket/object-store.ts';

/** Where imports are: a state directory or the bucket of a stack, by what a person may do there. */
export interface Place {
  readonly store: ObjectStore;
  /** The option that names it, for the next command. */
  readonly option: string;
  /** How often it is asked while somebody watches, milliseconds. */
  readonly pollMs: number;
  close(): void;
}
