import { unknownLook } from '../../shared/memory/fingerprint.ts';
import { encodeFingerprint } from '../../shared/memory/fingerprint-file.ts';
import { isDoubt } from '../../shared/report/status.ts';
import { withLeadOf } from '../../shared/state/endings.ts';
import type { Status } from '../../shared/state/row-state.ts';
import type { EndedRow } from './ended-rows.ts';
import type { LeadIds } from './lead-ids.ts';

const isCreated = (status: Status): boolean => status === 'created' || status === 'created_documents_incomplete';

/** Whether the lead of a row was created in this import: one that came with an id was there before. */
export const isOwn = ({ lead, state }: EndedRow): boolean =>
  lead !== undefined && isCreated(state.status) && state.createdAt !== undefined;

/** The entry of a row whose lead was created or may have been; nothing for any other row. */
export const leadEntry = (row: EndedRow): Buffer => {
  const { line, lead, state } = row;
  const { status, leadId = '' } = state;
  const isHeld = isCreated(status) || status === 'unconfirmed';
  if (lead === undefined || !isHeld) return Buffer.alloc(0);
  const bytes = (hash: string): Buffer => Buffer.from(hash, 'hex');
  const core = bytes(lead.coreFingerprint);
  const visible = status !== 'unconfirmed' && !isOwn(row) ? unknownLook : bytes(lead.visibleFingerprint);
  return encodeFingerprint({ lead: bytes(lead.fingerprint), visible, core, line, leadId });
};

/** A row, with the one further up that has the same lead, where there is one. */
export const withSharedLead = (row: EndedRow, ids: LeadIds): EndedRow => {
  const { line, lead, state } = row;
  if (state.leadId === undefined || !isCreated(state.status)) return row;
  const other = ids.add(state.leadId, line);
  // Rows that came with an id of a report may have the same one, for more documents; a person looks at a row in doubt already.
  const isTold = other === undefined || lead === undefined || state.problems.some(isDoubt);
  return isTold ? row : { ...row, state: withLeadOf(other, state) };
};
