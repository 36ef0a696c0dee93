import { SingleBar } from 'cli-progress';
import { endedRows } from '../../../shared/report/progress-json.ts';
import { harmless } from '../../../shared/words/escaping.ts';
import type { ProgressView } from './progress-view.ts';

/** A bar that moves, and above it what keeps it from moving. */
export const barView = (stream: NodeJS.WriteStream): ProgressView => {
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
    stream.write(`${harmless(text)}\n`);
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
