import type { Lead } from '../../../shared/lead/lead.ts';
import type { Row } from '../../../shared/state/batch.ts';
import type { StateOf } from '../../../shared/state/row-state.ts';
import type { Problem } from '../../../shared/words/problem.ts';

/** What a person has answered of a lead; its import is the one whose report the row comes from. */
export type Answered = NonNullable<Row['answered']>;

/** A row as it was understood: a lead to create, documents for a lead that exists, or problems. */
export type RowReading =
  | {
      readonly kind: 'lead';
      readonly lead: Lead;
      readonly documents: readonly string[];
      readonly warnings: readonly Problem[];
      /** Set where somebody has looked at lumi and says that the lead is not there. */
      readonly answered?: Answered | undefined;
    }
  | {
      readonly kind: 'documents_only';
      readonly leadId: string;
      /** Set where a person wrote the id, and not a report: who the row says that the lead is of. */
      readonly claim?: NonNullable<StateOf<'attaching'>['claim']> | undefined;
      readonly answered?: Answered | undefined;
      /** The lead of the whole row, where a person wrote the id and the row can be read. */
      readonly lead?: Lead | undefined;
      readonly documents: readonly string[];
      readonly attached: string;
      readonly warnings: readonly Problem[];
    }
  /** It ended unconfirmed, and comes back without an answer. */
  | { readonly kind: 'kept'; readonly importId: string | undefined; readonly warnings: readonly Problem[] }
  | { readonly kind: 'no_lead'; readonly warnings: readonly Problem[] }
  | {
      /** Of a workbook that hides it. */
      readonly kind: 'hidden';
      readonly leadId?: string;
      readonly problems: readonly Problem[];
      readonly warnings: readonly Problem[];
    }
  | {
      readonly kind: 'rejected';
      readonly problems: readonly Problem[];
      /** Looked for all the same, so that all problems of the row are said at once. */
      readonly documents: readonly string[];
      readonly warnings: readonly Problem[];
      readonly answered?: Answered | undefined;
    };
