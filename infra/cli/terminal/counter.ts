import { SingleBar } from 'cli-progress';

/** Counts what is done of a known number of things. */
export interface Counter {
  /** One more is done. */
  step(): void;
  end(): void;
}

const plainIntervalMs = 2_000;

/**
 * A bar on a terminal, plain lines elsewhere.
 * @param what things of which kind, such as `documents uploaded`
 */
export const startCounter = (stream: NodeJS.WriteStream, total: number, what: string): Counter => {
  let done = 0;
  if (stream.isTTY) {
    const bar = new SingleBar({ stream, format: `  {bar} {value}/{total} ${what}`, hideCursor: true, barsize: 30 });
    bar.start(total, 0);
    return {
      step: () => {
        done += 1;
        bar.update(done);
      },
      end: () => bar.stop(),
    };
  }
  let saidAt = Number.NEGATIVE_INFINITY;
  return {
    step: () => {
      done += 1;
      const now = performance.now();
      if (done < total && now - saidAt < plainIntervalMs) return;
      saidAt = now;
      stream.write(`  ${done} of ${total} ${what}\n`);
    },
    end: () => undefined,
  };
};
