import { limits } from '../../limits.ts';
import { type LoanReason, loanReasons } from '../fixed-values.ts';
import { type CellReader, Refusal } from '../refusal.ts';

/** Letters only, so that `Debt consolidation` finds `debtConsolidation`. */
const folded = (text: string): string => text.toLowerCase().replaceAll(/[\s_-]/g, '');
const reasonByName = new Map(loanReasons.map((reason) => [folded(reason), reason]));

const entriesOf = (text: string): string[] =>
  text
    .split(';')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

/** Loan reasons separated by `;`, each once. */
export const reasons: CellReader<LoanReason[]> = (text) => {
  const found = new Set<LoanReason>();
  for (const entry of entriesOf(text)) {
    const reason = reasonByName.get(folded(entry));
    if (reason === undefined) {
      return new Refusal(
        'invalid_reason',
        `expected reasons out of ${loanReasons.join(', ')}, separated by semicolons`,
      );
    }
    found.add(reason);
  }
  return found.size === 0 ? undefined : [...found];
};

/** A relative path below `documents/`: no way out of it, nothing that a shell or a browser would read otherwise. */
const isDocumentName = (entry: string): boolean =>
  Buffer.byteLength(`documents/${entry}`) <= limits.maxKeyBytes &&
  !/[\u0000-\u001f\u007f\\]/.test(entry) &&
  !/^(incoming\/|validate\/|mappings\/|reports\/|state\/|[a-z][a-z0-9+.-]*:|~)/i.test(entry) &&
  entry.split('/').every((part) => part !== '' && part !== '.' && part !== '..');

/** Names of documents and folders, separated by `;`, as paths below `documents/` (with or without that prefix), each once. */
export const documentNames: CellReader<string[]> = (text) => {
  const names = [...new Set(entriesOf(text).map((entry) => entry.replace(/^documents\//, '').replace(/\/$/, '')))];
  if (!names.every(isDocumentName)) {
    return new Refusal(
      'invalid_document_key',
      'expected paths below documents/ such as smith/id.pdf, separated by semicolons',
    );
  }
  if (names.length > limits.maxDocumentsPerRow) {
    return new Refusal(
      'too_many_documents',
      `expected at most ${limits.maxDocumentsPerRow} documents, found ${names.length}`,
    );
  }
  return names;
};
