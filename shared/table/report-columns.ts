/** The columns that a report puts before the file's own. Stable: partners' own tools may rely on their names. */
export const reportColumns = {
  line: 'lead__Line',
  status: 'lead__Status',
  leadId: 'lead__Id',
  errorCode: 'lead__ErrorCode',
  error: 'lead__Error',
  tip: 'lead__Tip',
  documents: 'lead__Documents',
  warning: 'lead__Warning',
} as const;

const byFoldedName = new Map(Object.values(reportColumns).map((name) => [name.toLowerCase(), name as string]));

/** The report column that a header cell names, whatever its case; undefined where it names none. */
export const reportColumnOf = (cell: string): string | undefined => {
  const folded = cell.trim().toLowerCase();
  return folded.startsWith('lead__') ? (byFoldedName.get(folded) ?? folded) : undefined;
};
