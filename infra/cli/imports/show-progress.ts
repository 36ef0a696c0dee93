import { harmless } from '../../../shared/words/escaping.ts';
import { progressLine } from './import-text.ts';
import type { ProgressView } from './progress-view.ts';

/** Between two plain lines of one state. */
const plainIntervalMs = 2_000;

const plainView = (stream: NodeJS.WriteStream): ProgressView => {
  let [state, saidAt] = ['', 0];
  const line = (text: string): void => void stream.write(`${harmless(text)}\n`);
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

/** Shows how far imports are, one after the other. */
export const startProgressView = async (stream: NodeJS.WriteStream): Promise<ProgressView> => {
  if (!stream.isTTY) return plainView(stream);
  const { barView } = await import('./progress-bar.ts');
  return barView(stream);
};
