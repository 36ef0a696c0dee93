import type { Lead } from '../../../shared/lead/lead.ts';
import type { Problem } from '../../../shared/words/problem.ts';

/** A row as it was understood: a lead to create, documents for a lead that exists, or problems. */
export type RowReading =
  | {
      readonly kind: 'lead';
      readonly lead: Lead;
      readonly documents: readonly string[];
      readonly warnings: readonly Problem[];
    }
  | {
      readonly kind: 'documents_only';
      readonly leadId: string;
      readonly documents: readonly string[];
      readonly attached: string;
      readonly warnings: readonly Problem[];
    }
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
    };
