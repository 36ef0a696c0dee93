import type { ObjectStore } from '../../shared/aws/object-store.ts';
import type { Cells, CsvRecord } from '../../shared/csv/records.ts';
import { findDocuments } from '../../shared/documents.ts';
import { attachedNames, documentsColumn } from '../../shared/lead/attached-documents.ts';
import { headerName } from '../../shared/lead/header.ts';
import type { Lead } from '../../shared/lead/lead.ts';
import type { Problem } from '../../shared/lead/problem.ts';
import { type RowPlan, readRow } from '../../shared/lead/row.ts';
import type { BatchRow } from '../../shared/ledger/batch.ts';
import { fingerprintOf } from '../../shared/ledger/fingerprint.ts';
import type { FingerprintTable, PriorLead } from '../../shared/ledger/fingerprint-table.ts';
import type { EarlierImport } from './earlier-imports.ts';

/** What may become of good rows: sent; only said to be valid; or held back because the file is refused. */
export type Fate = 'send' | 'dry_run' | 'refused';

/** Everything that is settled before the first row is staged. */
export interface Settlement {
  readonly plan: RowPlan;
  readonly leads: FingerprintTable;
  readonly earlier: readonly EarlierImport[];
  readonly fate: Fate;
}

type Work = BatchRow['work'];

const settled = (
  status: 'rejected' | 'duplicate' | 'not_sent' | 'valid',
  problems: readonly Problem[] = [],
  leadId?: string,
): Work => ({
  kind: 'settled',
  status,
  problems: [...problems],
  ...(leadId !== undefined && { leadId }),
});

const howToAttach = (documents: readonly string[], leadId: string): string => {
  if (documents.length === 0) return '';
  const id = leadId === '' ? 'the id of that lead' : leadId;
  return ` Documents are not compared: if the lead lacks any, write ${id} into a column lead__Id, name only those, and drop the row again.`;
};

const priorProblem = (prior: PriorLead, entry: EarlierImport | undefined, documents: readonly string[]): Problem => {
  const where = `line ${prior.line} of ${entry?.source ?? 'an earlier file'} (import ${entry?.importId ?? 'unknown'})`;
  if (entry?.ended === true && prior.leadId === '') {
    const message = `The same lead as ${where}, which ended unconfirmed: it may have been created or not.`;
    return { code: 'duplicate_of_unconfirmed', message };
  }
  const known = `which created it as lead ${prior.leadId}`;

  const what = entry?.ended === false ? 'which is still running; its report will say what became of it' : known;
  return {
    code: 'duplicate_of_import',
    message: `The same lead as ${where}, ${what}.${howToAttach(documents, prior.leadId)}`,
  };
};

const settleLead = (lead: Lead, documents: readonly string[], line: number, settlement: Settlement): Work => {
  const { leads, earlier, fate } = settlement;
  const fingerprint = fingerprintOf(lead);
  const prior = leads.priorOf(fingerprint.lead);
  if (prior !== undefined) {
    const problem = priorProblem(prior, earlier[prior.entry], documents);
    return settled('duplicate', [problem], prior.leadId === '' ? undefined : prior.leadId);
  }
  const firstLine = leads.firstLine(fingerprint.lead);
  if (firstLine !== line) {
    const message = `The same lead as line ${firstLine} of this file.${howToAttach(documents, '')}`;
    return settled('duplicate', [{ code: 'duplicate_in_file', message }]);
  }
  if (fate === 'refused')
    return settled('not_sent', [{ code: 'not_sent', message: 'The file was refused as a whole; this row is good.' }]);
  return {
    kind: 'create',
    lead,
    documents: [...documents],
    twin: leads.hasTwin(fingerprint.visible),
    visible: fingerprint.visible.toString('hex'),
    fingerprint: fingerprint.lead.toString('hex'),
  };
};

const settleDocumentsOnly = (leadId: string, documents: readonly string[], attachedCell: string, fate: Fate): Work => {
  const attachedBefore = attachedNames(attachedCell);
  const attached = documents.flatMap((name) => {
    const id = attachedBefore.get(name);
    return id === undefined ? [] : [{ name, id }];
  });
  const missing = documents.filter((name) => !attachedBefore.has(name));
  if (missing.length === 0) {
    const message = `Lead ${leadId} is there already, and no document of the row is missing.`;
    return settled('duplicate', [{ code: 'already_complete', message }], leadId);
  }
  if (fate === 'refused')
    return settled(
      'not_sent',
      [{ code: 'not_sent', message: 'The file was refused as a whole; this row is good.' }],
      leadId,
    );
  return { kind: 'documents_only', leadId, documents: missing, attached };
};

/** What a report writes back: the cells that the row has, less an earlier report's own; a short row stays short. */
export const keptCells = ({ cells, quoted }: Cells, { header }: RowPlan): Cells => {
  const inQuotes = new Set(quoted);
  const isKept = new Set(header.kept);
  const kept = [...cells.keys()].filter((position) => position >= header.columns.length || isKept.has(position));
  return {
    cells: kept.map((position) => cells[position] ?? ''),
    quoted: [...kept.keys()].filter((place) => inQuotes.has(kept[place] ?? -1)),
  };
};

/** A dry run looks for documents now, since nobody will later; what would be sent is valid. */
const rehearsed = async (work: Work, { header }: RowPlan, store: Pick<ObjectStore, 'head'>): Promise<Work> => {
  if (work.kind === 'settled') return work;
  const { problems } = await findDocuments(store, work.documents, headerName(header, documentsColumn));
  const leadId = work.kind === 'documents_only' ? work.leadId : undefined;
  return problems.length > 0 ? settled('rejected', problems, leadId) : settled('valid', [], leadId);
};

/** Turns one record into what is to be done for it. The same record and settlement always give the same row. */
export const settleRow = async (
  record: CsvRecord,
  settlement: Settlement,
  store: Pick<ObjectStore, 'head'>,
): Promise<BatchRow> => {
  const { plan, fate } = settlement;
  const reading = readRow(record.cells, plan);
  const { cells, quoted } = keptCells(record, plan);
  const row = { line: record.line, cells: [...cells], quoted: [...quoted], warnings: [...reading.warnings] };
  if (reading.kind === 'rejected') return { ...row, work: settled('rejected', reading.problems) };
  const work =
    reading.kind === 'lead'
      ? settleLead(reading.lead, reading.documents, record.line, settlement)
      : settleDocumentsOnly(reading.leadId, reading.documents, reading.attached, fate);
  return { ...row, work: fate === 'dry_run' ? await rehearsed(work, plan, store) : work };
};
