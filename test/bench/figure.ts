/** One measured figure, and what it must keep to. */
export interface Figure {
  readonly figure: string;
  readonly value: number;
  readonly goal: number;
  readonly holds: boolean;
  readonly unit: string;
  readonly better: 'more' | 'less';
}

/** Three digits of what was measured: more would be noise. */
const rounded = (value: number): number => Number(value.toPrecision(3));

export const atMost = (figure: string, value: number, goal: number, unit: string): Figure => ({
  figure,
  value: rounded(value),
  goal,
  holds: value <= goal,
  unit,
  better: 'less',
});

export const atLeast = (figure: string, value: number, goal: number, unit: string): Figure => ({
  figure,
  value: rounded(value),
  goal,
  holds: value >= goal,
  unit,
  better: 'more',
});

/** The middle one of an odd number of measurements. */
export const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Prints a figure: a line of a table, or one JSON object with `--json`. */
export const printFigure = ({ better: _, ...figure }: Figure): void => {
  const { figure: name, value, goal, holds, unit } = figure;
  const line = process.argv.includes('--json')
    ? JSON.stringify(figure)
    : `${holds ? 'holds ' : 'MISSED'}  ${name.padEnd(44)} ${String(value).padStart(9)} of ${goal} ${unit}`;
  process.stdout.write(`${line}\n`);
};
