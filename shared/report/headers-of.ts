import { visibleText } from '../words/escaping.ts';
import type { Summary } from './summary.ts';

/** What the file calls each column; of several headers any may be meant. */
export const headersOf = ({ columns }: Pick<Summary, 'columns'>): ReadonlyMap<string, string> => {
  const named = Object.entries(columns.mapped).flatMap(([header, mapped]) =>
    mapped.split(' + ').map((column) => ({ column, header: visibleText(header) })),
  );
  const byColumn = Map.groupBy(named, ({ column }) => column);
  return new Map([...byColumn].map(([column, all]) => [column, all.map(({ header }) => header).join(' or ')]));
};
