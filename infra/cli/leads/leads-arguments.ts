import type { LeadFilter } from '../../../shared/leads-api/answers.ts';

export type LeadFormat = 'table' | 'csv' | 'json';

/** What `leads` and `lead ID` are to show. */
export interface LeadsArguments {
  readonly filter: LeadFilter;
  readonly format: LeadFormat;
  /** One lead with everything that is known of it; it is an error where there is none. */
  readonly details: boolean;
  readonly apiUrl: string | undefined;
  readonly state: string | undefined;
}
