/** The column that lists a row's documents; everything else is part of the lead. */
export const documentsColumn = 'documents';

/** What became of one document of a row: its id at the API, or the code that says why it was not attached. */
export type DocumentOutcome = { readonly name: string } & ({ readonly id: string } | { readonly code: string });

/** `name=id` or `name=!code`, `;` between: the report's `lead__Documents`. */
export const formatDocuments = (outcomes: readonly DocumentOutcome[]): string =>
  outcomes.map((outcome) => `${outcome.name}=${'id' in outcome ? outcome.id : `!${outcome.code}`}`).join(';');

/** The names that an earlier report says are not attached. */
export const missedNames = (cell: string): readonly string[] =>
  cell.split(';').flatMap((entry) => {
    const equals = entry.lastIndexOf('=!');
    return equals > 0 ? [entry.slice(0, equals).trim()] : [];
  });

/** The names that an earlier report says are attached; a name may itself hold `=`. */
export const attachedNames = (cell: string): ReadonlyMap<string, string> => {
  const names = new Map<string, string>();
  for (const entry of cell.split(';')) {
    const equals = entry.lastIndexOf('=');
    const id = entry.slice(equals + 1).trim();
    if (equals > 0 && id !== '' && !id.startsWith('!')) names.set(entry.slice(0, equals).trim(), id);
  }
  return names;
};
