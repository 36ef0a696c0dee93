import type { EpochMs } from '../clock.ts';
import type { ListedLead } from './visible-lead.ts';

/** Why a request to the API failed. It is never a row's fault. */
export type TroubleCode =
  | 'unreachable'
  | 'timed_out'
  | 'connection_lost'
  | 'credentials_missing'
  | 'credentials_refused'
  | 'forbidden'
  | 'throttled'
  | 'server_error'
  | 'unavailable'
  | 'redirected'
  | 'wrong_address'
  | 'lead_not_known_yet'
  | 'unreadable_answer'
  | 'request_timed_out'
  | 'refused_by_page'
  | 'refuses_all';

/** System trouble: wait and go on later. */
export interface Trouble {
  readonly code: TroubleCode;
  /** HTTP status, where there was an answer. */
  readonly httpStatus?: number;
  /** What the API asked for with `Retry-After`, milliseconds. */
  readonly retryAfterMs?: number;
}

/** The API read the lead and refused it, with its own message. Nothing was created. */
export interface LeadRefusal {
  readonly kind: 'refused';
  readonly httpStatus: number;
  readonly message: string;
  /** Whether it came as a page: that may be of something that stands before the API. */
  readonly isPage: boolean;
}

/** What a POST of a lead came to; every answer is one of these four. `in_doubt`: it may have been created. */
export type CreateAnswer =
  | { readonly kind: 'created'; readonly leadId: string }
  | LeadRefusal
  /** For certain not at the API. */
  | { readonly kind: 'not_sent'; readonly trouble: Trouble }
  | { readonly kind: 'in_doubt'; readonly trouble: Trouble };

/** What the upload of a document came to. It may be repeated: documents are attached at least once. */
export type DocumentAnswer =
  | { readonly kind: 'attached'; readonly documentId: string }
  | { readonly kind: 'refused'; readonly httpStatus: number; readonly message: string }
  /** The line is slower than any that is waited for. */
  | { readonly kind: 'too_slow'; readonly trouble: Trouble }
  /** `mayBeThere`: the API may have kept it, and no answer says so. */
  | { readonly kind: 'trouble'; readonly trouble: Trouble; readonly mayBeThere: boolean };

/** What a search came to. */
export type ListAnswer =
  | {
      readonly kind: 'leads';
      readonly leads: readonly ListedLead[];
      /** False: fewer leads were seen than counted, or their order moved; what is missing proves nothing. */
      readonly complete: boolean;
    }
  | { readonly kind: 'trouble'; readonly trouble: Trouble };

/** The filters that the API documents for its listing. */
export interface LeadFilter {
  readonly id?: string;
  readonly status?: string;
  readonly applicationStatus?: string;
  /** ISO 8601. */
  readonly dateFrom?: string;
  readonly dateTo?: string;
}

/** A file to attach: its size is known before its first byte is read. */
export interface DocumentUpload {
  readonly leadId: string;
  readonly filename: string;
  readonly sizeBytes: number;
  readonly body: AsyncIterable<Uint8Array>;
}

/** Asked at the last moment before a request, and before each repetition: where it says no, nothing is sent. */
export type MayStart = () => boolean | Promise<boolean>;

/** When a request may be sent. */
export interface Sending {
  /** None is begun later: there would be no time to see it to its end. */
  readonly latest: EpochMs;
  readonly mayStart: MayStart;
}

/** The Leads API as the stories need it. Nothing here throws for anything that the API or the network does. */
export interface LeadsApi {
  /** @returns undefined where it was not sent */
  create(lead: unknown, enforceMandatories: boolean, sending?: Sending): Promise<CreateAnswer | undefined>;
  /**
   * All leads that match, page by page.
   * @param until no page is asked for that might not be there by then
   */
  list(filter: LeadFilter, until: EpochMs): Promise<ListAnswer>;
  /** @returns undefined where it was not sent */
  attach(document: DocumentUpload, sending?: Sending): Promise<DocumentAnswer | undefined>;
  /** How far the API's clock was ahead of ours at the least, by its answers, milliseconds; undefined where it never said. */
  readonly clockAheadMs: number | undefined;
}
