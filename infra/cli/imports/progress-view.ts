import { SingleBar } from 'cli-progress';
import { endedRows } from '../../../shared/report/progress-json.ts';
import type { ImportStatus } from '../places/known-imports.ts';
import { progressLine } from './import-text.ts';

/** What a person sees while an import works: a bar on a terminal, plain lines elsewhere. */
export interface ProgressView {
  show(status: ImportStatus): void;
  /** Says something beside it. */
  line(text: string): void;
  end(): void;
}

/** Between two plain lines of one state. */
const plainIntervalMs = 2_000;

const plainView = (stream: NodeJS.WriteStream): ProgressView => {
  let [state, saidAt] = ['', 0];
  const line = (text: string): void => void stream.write(`${text}\n`);
  return {
    show: (status) => {
      const isNews = status.state !== state || status.summary !== undefined;
      // A short import says how it ended, and no more.
      if (status.state === 'reading' || (!isNews && performance.now() - saidAt < plainIntervalMs)) return;
      [state, saidAt] = [status.state, performance.now()];
      line(`  ${progressLine(status)}`);
    },
    line,
    end: () => undefined,
  };
};

const barView = (stream: NodeJS.WriteStream): ProgressView => {
  const bar = new SingleBar({
    stream,
    format: '  {bar} {value}/{total} rows  {duration_formatted}',
    hideCursor: true,
    clearOnComplete: false,
    barsize: 30,
  });
  let started = false;
  let said: string | null = null;
  const line = (text: string): void => {
    if (started) stream.write('\r\u001b[K');
    stream.write(`${text}\n`);
    if (started) bar.render();
  };
  return {
    show: (status) => {
      const { rows, state, why } = status;
      // At what pace it is sent changes all the time.
      const isNews = state === 'waiting' ? why !== said : said === null;
      if (why !== null && isNews) line(`  ${why}`);
      said = why;
      if (rows === 0) return;
      const value = Math.min(endedRows(status), rows);
      if (started) bar.update(value);
      else bar.start(rows, value);
      started = true;
    },
    line,
    end: () => {
      if (started) bar.stop();
      started = false;
    },
  };
};

/** Shows how far imports are, one after the other. */
export const startProgressView = (stream: NodeJS.WriteStream): ProgressView =>
  stream.isTTY ? barView(stream) : plainView(stream);
