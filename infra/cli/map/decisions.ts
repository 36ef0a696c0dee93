import type { Meaning } from '../../../shared/header/mapping.ts';
import type { MappingProposal } from '../../../shared/header/propose-mapping.ts';
import type { ColumnProposal } from '../../../shared/header/seen-column.ts';
import type { SeenFile } from './see-file.ts';

/** What somebody has decided: by header, by column and text (empty: rows with it are refused), and for rows whose cell is empty. */
export interface Decisions {
  readonly columns: Map<string, Meaning>;
  readonly values: Map<string, Map<string, string>>;
  readonly constants: Map<string, string>;
}

/** Asks what is not decided. Throws `Interrupted` where the person leaves. */
export type Ask = (seen: SeenFile, propose: () => MappingProposal, decisions: Decisions) => Promise<Decisions>;

/** What is left to decide before the file can be imported. */
export interface Left {
  readonly columns: readonly ColumnProposal[];
  readonly values: MappingProposal['values'];
  readonly missing: readonly string[];
  /** What the importer says of the header with this mapping; undefined where it takes it. */
  readonly fault: string | undefined;
}
