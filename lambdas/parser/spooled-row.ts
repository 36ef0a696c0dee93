import { fingerprintOf, leadText } from '../../shared/memory/fingerprint.ts';
import { type Row, unsentRowText } from '../../shared/state/batch.ts';
import { stillUnconfirmed } from '../../shared/state/endings.ts';
import { ended } from '../../shared/state/row-state.ts';
import type { Cells } from '../../shared/table/table.ts';
import type { Problem } from '../../shared/words/problem.ts';
import type { Answered, RowReading } from './row/row-reading.ts';

/**
 * A row as it was understood, with the text that is stored of it if nothing speaks against it: nearly every row is read,
 * checked and written once. What others hold, and what the file as a whole says, is known only at its end.
 */
export interface UnderstoodRow {
  readonly kind: 'unsent' | 'rejected' | 'ignored' | 'not_sent' | 'unconfirmed';
  readonly line: number;
  /** Hash of its lead, hexadecimal; empty where it sends none. */
  readonly fingerprint: string;
  /** Hash of what the listing shows of its lead, hexadecimal. */
  readonly visibleFingerprint: string;
  /** Hash of what its lead keeps however well the row is understood, hexadecimal. */
  readonly coreFingerprint: string;
  /** Whether it names documents: they have yet to be looked for. */
  readonly hasDocuments: boolean;
  /** Set where somebody says that its lead is not at lumi, though an earlier import may have sent it. */
  readonly answered?: Answered | undefined;
  /** JSON of a `Row`. */
  readonly text: string;
}

/** A row that names a lead which exists: what is missing of its documents is decided later. */
export interface DocumentsRow {
  readonly kind: 'documents_only';
  readonly line: number;
  readonly cells: readonly string[];
  readonly quoted: readonly number[];
  readonly warnings: readonly Problem[];
  readonly reading: Extract<RowReading, { kind: 'documents_only' }>;
}

export type SpooledRow = UnderstoodRow | DocumentsRow;

const nothingSent = { fingerprint: '', visibleFingerprint: '', coreFingerprint: '', hasDocuments: false };

/** What becomes of a row that was read on a line. */
export const understand = (line: number, { cells, quoted }: Cells, reading: RowReading): SpooledRow => {
  const { kind, warnings } = reading;
  if (kind === 'documents_only') return { kind, line, cells, quoted, warnings, reading };
  if (kind === 'hidden' || kind === 'kept') {
    const state =
      kind === 'kept'
        ? stillUnconfirmed(reading.importId)
        : ended('not_sent', reading.problems, { leadId: reading.leadId });
    return {
      ...nothingSent,
      line,
      kind: kind === 'kept' ? 'unconfirmed' : 'not_sent',
      text: JSON.stringify({ line, cells, quoted, warnings, documents: [], state }),
    };
  }
  if (kind === 'rejected' || kind === 'no_lead') {
    const state = kind === 'rejected' ? ended('rejected', reading.problems) : ended('ignored', []);
    const documents = kind === 'rejected' ? reading.documents : [];
    const answered = kind === 'rejected' ? reading.answered : undefined;
    const stored = { line, cells, quoted, warnings, documents, state, ...(answered !== undefined && { answered }) };
    const hasDocuments = documents.length > 0;
    return {
      ...nothingSent,
      line,
      kind: kind === 'rejected' ? kind : 'ignored',
      hasDocuments,
      text: JSON.stringify(stored),
    };
  }
  const { lead, documents, answered } = reading;
  const payload = leadText(lead);
  const print = fingerprintOf(lead, payload);
  const hashes = { fingerprint: print.lead, visibleFingerprint: print.visible, coreFingerprint: print.core };
  const kept = answered !== undefined && { answered };
  const text = unsentRowText({ line, cells, quoted, warnings, ...kept, documents }, { payload, ...hashes });
  const hasDocuments = documents.length > 0;
  return { kind: 'unsent', line, ...hashes, hasDocuments, text, ...kept };
};

/** The stored row of a text. */
export const rowOf = ({ text }: UnderstoodRow): Row => JSON.parse(text) as Row;

const separator = '\t';
const signs = { unsent: 'U', rejected: 'R', ignored: 'I', not_sent: 'N', unconfirmed: 'D' } as const;
const kindOf = new Map(Object.entries(signs).map(([kind, sign]) => [sign as string, kind as keyof typeof signs]));

/** Behind the sign of a row that names documents. */
const withDocuments = 'D';

/** A row on one line. */
export const encodeRow = (row: SpooledRow): string => {
  if (row.kind === 'documents_only' || row.answered !== undefined) return JSON.stringify(row);
  const { kind, line, fingerprint, visibleFingerprint, coreFingerprint, hasDocuments, text } = row;
  const sign = hasDocuments ? `${signs[kind]}${withDocuments}` : signs[kind];
  return `${sign}\t${line}\t${fingerprint}\t${visibleFingerprint}\t${coreFingerprint}\t${text}`;
};

export const decodeRow = (encoded: string): SpooledRow => {
  if (encoded.startsWith('{')) return JSON.parse(encoded) as SpooledRow;
  const ends: number[] = [];
  for (let at = 0; ends.length < 5; at += 1) {
    at = encoded.indexOf(separator, at);
    ends.push(at);
  }
  const [sign = 0, line = 0, fingerprint = 0, visible = 0, core = 0] = ends;
  return {
    kind: kindOf.get(encoded.charAt(0)) ?? 'rejected',
    hasDocuments: encoded.charAt(1) === withDocuments,
    line: Number(encoded.slice(sign + 1, line)),
    fingerprint: encoded.slice(line + 1, fingerprint),
    visibleFingerprint: encoded.slice(fingerprint + 1, visible),
    coreFingerprint: encoded.slice(visible + 1, core),
    text: encoded.slice(core + 1),
  };
};
