import type { ObjectStore } from '../../../shared/bucket/object-store.ts';
import type { Summary } from '../../../shared/report/summary.ts';
import type { ImportPlan } from './import-plan.ts';
import type { OwnFaults } from './own-faults.ts';

/** Which place is meant, as it was typed. */
export interface PlaceOptions {
  readonly state?: string | undefined;
  readonly stack?: string | undefined;
  readonly json?: boolean | undefined;
}

/** Where imports are: a state directory or the bucket of a stack, by what a person may do there. */
export interface Place {
  readonly store: ObjectStore;
  /** The option that names it, for the next command; empty where it ends with this one. */
  readonly option: string;
  /** How often it is asked while somebody watches, milliseconds. */
  readonly pollMs: number;
  /** What goes wrong inside the importer, where it runs in this process. */
  readonly faultOf?: OwnFaults['faultOf'];
  /** What has to be done so that an unfinished import goes on; undefined where it does by itself. */
  readonly idle?: () => string | undefined;
  close(): Promise<void>;
}

/** An import that has left something below `reports/`, or will. */
export interface KnownImport {
  readonly importId: string;
  /** Where its report is or will be. */
  readonly prefix: string;
}

/** An import that an earlier command has begun and never fetched. */
export interface Unfinished extends KnownImport {
  /** The key of its file. */
  readonly key: string;
  /** Lets it go on. */
  resume(): Promise<void>;
}

/** A file whose turn has come. */
export interface Prepared {
  /** What ends before it begins: two files of one name would be one object. */
  readonly unfinished: readonly Unfinished[];
  /** Puts its documents, its mapping and at last the file where the importer takes them; answers its import. */
  drop(): Promise<KnownImport>;
}

/** A place at which files can be imported. */
export interface ImportingPlace extends Place {
  /** @param later the keys of files that follow in the same command: each is finished in its own turn */
  prepare(plan: ImportPlan, later: ReadonlySet<string>): Promise<Prepared>;
  /** Waits a moment for earlier imports whose leads this command compares with the list, and answers what their reports say. */
  compared(): Promise<readonly Summary[]>;
  /** Notes that the report of an import left the place. */
  fetched(known: KnownImport): Promise<void>;
  /**
   * Ends what this process does for the imports, as far as a moment is enough for it. Answers what somebody is told who
   * interrupts the command.
   */
  leave(known: KnownImport | undefined): Promise<string>;
}
