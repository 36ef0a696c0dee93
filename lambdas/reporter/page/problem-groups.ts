import { limits } from '../../../shared/limits.ts';
import { isDoubt, needsPerson } from '../../../shared/report/status.ts';
import type { Row } from '../../../shared/state/batch.ts';
import type { Ended } from '../../../shared/state/row-state.ts';
import { meaningOf, type Problem } from '../../../shared/words/problem.ts';
import type { ProblemCode } from '../../../shared/words/problem-catalogue.ts';

/** Rows that follow one another, by the lines on which the first and the last begin. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
}

/** Rows with one problem of one column. It holds nothing of a cell. */
export interface ProblemGroup {
  readonly code: ProblemCode;
  /** Canonical; empty where the problem is of the row as a whole. */
  readonly column: string;
  readonly meaning: string;
  /** What to do, the advice for most rows first. */
  readonly tips: readonly string[];
  readonly rows: number;
  /** The first of them, in the order of the file. */
  readonly lines: readonly LineRange[];
  /** Rows of which the lines are not among those. */
  readonly more: number;
}

interface OpenGroup {
  readonly code: ProblemCode;
  readonly column: string;
  readonly tips: Map<string, number>;
  readonly lines: { from: number; to: number }[];
  rows: number;
  listed: number;
  lastRow: number;
}

/** Gathers the problems of an import while its rows stream by; memory depends on their kinds only. */
export class ProblemGroups {
  readonly #groups = new Map<string, OpenGroup>();
  #rows = 0;

  add({ line, state }: Row & { readonly state: Ended }): void {
    this.#rows += 1;
    const told = needsPerson(state.status) ? state.problems : state.problems.filter(isDoubt);
    for (const problem of told) this.#note(problem, line);
  }

  #note({ code, column = '', tip }: Problem, line: number): void {
    const key = `${code}:${column}`;
    const group: OpenGroup = this.#groups.get(key) ?? {
      code,
      column,
      tips: new Map(),
      lines: [],
      rows: 0,
      listed: 0,
      lastRow: -1,
    };
    this.#groups.set(key, group);
    // A row may have one problem twice, as two documents that are missing.
    if (group.lastRow === this.#rows) return;
    group.rows += 1;
    if (group.tips.has(tip) || group.tips.size < limits.htmlTips) group.tips.set(tip, (group.tips.get(tip) ?? 0) + 1);
    const last = group.lines.at(-1);
    if (last !== undefined && group.lastRow === this.#rows - 1 && group.listed === group.rows - 1) {
      last.to = line;
      group.listed += 1;
    } else if (group.lines.length < limits.htmlRanges) {
      group.lines.push({ from: line, to: line });
      group.listed += 1;
    }
    group.lastRow = this.#rows;
  }

  /** Worst first: what may be at lumi without anybody knowing, then what most rows have. */
  get groups(): readonly ProblemGroup[] {
    return [...this.#groups.values()]
      .toSorted((one, other) => Number(isDoubt(other)) - Number(isDoubt(one)) || other.rows - one.rows)
      .map(({ code, column, tips, lines, rows, listed }) => ({
        code,
        column,
        meaning: meaningOf(code),
        tips: [...tips].toSorted(([, one], [, other]) => other - one).map(([tip]) => tip),
        rows,
        lines,
        more: rows - listed,
      }));
  }
}
