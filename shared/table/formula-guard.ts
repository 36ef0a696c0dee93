/**
 * Spreadsheets run a cell that begins with one of these, some of them in full width too. Cells that begin with
 * apostrophes before one are guarded as well, so that taking the guard off always gives back the cell that was there.
 */
const runnable = /^'*[=+\-@＝＋－＠\t\r]/;
const guarded = /^'+[=+\-@＝＋－＠\t\r]/;

/** Puts `'` before a cell that a spreadsheet would run. */
export const guardCell = (cell: string): string => (runnable.test(cell) ? `'${cell}` : cell);

/** Takes off exactly what `guardCell` put there. */
export const unguardCell = (cell: string): string => (guarded.test(cell) ? cell.slice(1) : cell);
