import { limits } from '../limits.ts';
import type { Row } from '../state/batch.ts';
import type { Ended } from '../state/row-state.ts';
import { meaningOf } from '../words/problem.ts';
import { endedRows, noStatuses } from './progress-json.ts';
import { isDoubt, needsPerson } from './status.ts';

interface ErrorCount {
  readonly code: string;
  readonly column: string;
  readonly message: string;
  count: number;
  readonly lines: number[];
}

interface WarningCount {
  readonly code: string;
  readonly column: string;
  count: number;
  /** The first of them; none where it is about the file as a whole. */
  readonly lines: number[];
}

/** Whether something of a row was not sent because the import was cancelled. */
export const wasCancelled = ({ problems, documents }: Ended): boolean =>
  problems.some(({ code }) => code === 'cancelled') ||
  documents.some((document) => 'code' in document && document.code === 'cancelled');

/** The totals of an import, counted while its rows stream by; memory depends on the number of codes only. */
export class Tally {
  readonly statuses = noStatuses();
  readonly documents = { attached: 0, failed: 0 };
  /** Rows of which something was not sent because the import was cancelled. */
  cancelled = 0;
  readonly #errors = new Map<string, ErrorCount>();
  readonly #warnings = new Map<string, WarningCount>();
  #lastLine = 0;

  add({ line, state, warnings }: Row & { readonly state: Ended }): void {
    // Rows come in the file's order, each once: a batch read twice or out of turn would show here.
    if (line <= this.#lastLine) throw new Error(`line ${line} comes after line ${this.#lastLine}`);
    this.#lastLine = line;
    this.statuses[state.status] += 1;
    if (wasCancelled(state)) this.cancelled += 1;
    for (const document of state.documents) this.documents['id' in document ? 'attached' : 'failed'] += 1;
    for (const { code, column = '' } of needsPerson(state.status) ? state.problems : []) {
      const key = `${code}:${column}`;
      const known = this.#errors.get(key) ?? { code, column, message: meaningOf(code), count: 0, lines: [] };
      known.count += 1;
      if (known.lines.length < limits.firstLines && known.lines.at(-1) !== line) known.lines.push(line);
      this.#errors.set(key, known);
    }
    for (const warning of warnings) this.warn(warning.code, warning.column, [line]);
    // Nothing has to be done, but whoever wanted the new details sent must know that they were not.
    if (state.problems.some(({ code }) => code === 'sent_otherwise')) this.warn('sent_otherwise', '', [line]);
    // A person must look however the row has ended; one that is unconfirmed itself is counted by its status.
    const doubt = state.problems.find((problem) => isDoubt(problem) && problem.code !== state.status);
    if (doubt !== undefined && state.status !== 'rejected') this.warn(doubt.code, '', [line]);
  }

  /** Counts a warning. @param lines that it is about; none: the file as a whole */
  warn(code: string, column = '', lines: readonly number[] = []): void {
    const key = `${code}:${column}`;
    const known = this.#warnings.get(key) ?? { code, column, count: 0, lines: [] };
    known.count += Math.max(1, lines.length);
    known.lines.push(...lines.slice(0, limits.firstLines - known.lines.length));
    this.#warnings.set(key, known);
  }

  /** Data rows, by what they ended as. */
  get rows(): number {
    return endedRows(this);
  }

  get errors(): readonly ErrorCount[] {
    return [...this.#errors.values()].toSorted((one, other) => other.count - one.count);
  }

  get warnings(): readonly WarningCount[] {
    return [...this.#warnings.values()];
  }
}
