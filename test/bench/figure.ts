/** One measured figure, and what it must keep to. */
export interface Figure {
  readonly figure: string;
  readonly value: number;
  readonly goal: number;
  readonly holds: boolean;
  readonly unit: string;
}

export const atMost = (figure: string, value: number, goal: number, unit: string): Figure => ({
  figure,
  value,
  goal,
  holds: value <= goal,
  unit,
});

/** Prints a figure: a line of a table, or one JSON object with `--json`. */
export const printFigure = (figure: Figure): void => {
  const { figure: name, value, goal, holds, unit } = figure;
  const line = process.argv.includes('--json')
    ? JSON.stringify(figure)
    : `${holds ? 'holds ' : 'MISSED'}  ${name.padEnd(44)} ${String(value).padStart(9)} of ${goal} ${unit}`;
  process.stdout.write(`${line}\n`);
};
