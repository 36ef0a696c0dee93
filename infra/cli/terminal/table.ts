import Table from 'cli-table3';

const parts = ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right', 'left']
  .concat(['left-mid', 'mid', 'mid-mid', 'right', 'right-mid'])
  .map((part) => [part, '']);

interface TableShape {
  readonly head?: readonly string[];
  readonly aligns: readonly ('left' | 'right')[];
  /** Absent: as wide as what they hold. */
  readonly widths?: readonly number[];
}

/** Rows in columns, without borders; wide characters count as two. */
export const plainTable = (rows: readonly (readonly string[])[], { head = [], aligns, widths }: TableShape): string => {
  const table = new Table({
    head: [...head],
    chars: { ...Object.fromEntries(parts), middle: '  ' },
    colAligns: [...aligns],
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    ...(widths !== undefined && { colWidths: [...widths] }),
  });
  for (const row of rows) table.push([...row]);
  return `${table.toString().replaceAll(/ +$/gm, '')}\n`;
};
