import { once } from 'node:events';
import { styleText } from 'node:util';
import type { Tone } from '../../../shared/report/sentences.ts';
import { harmless } from '../../../shared/words/escaping.ts';

/** Where output goes: data, and what is said beside it. */
export interface Output {
  /** Writes no faster than the reader reads. */
  write(text: string): Promise<void>;
  say(line: string): void;
  /** Columns of the terminal; undefined where it is none. */
  readonly width: number | undefined;
  /** A text in the colour of its tone, where whoever reads it sees colours (`NO_COLOR` is honoured). */
  paint(tone: Tone, text: string): string;
}

const colours = { good: 'green', bad: 'red', doubt: 'yellow' } as const;

let draining: Promise<unknown> | undefined;

/** Waits until the reader has read, once for all who write meanwhile. A reader who has left is no reason to stop: see below. */
const drained = async (): Promise<void> => {
  draining ??= once(process.stdout, 'drain')
    .catch(() => undefined)
    .finally(() => {
      draining = undefined;
    });
  await draining;
};

/** Standard output for data, standard error for what is said. */
export const terminal: Output = {
  write: async (text) => {
    if (!process.stdout.write(text)) await drained();
  },
  say: (line) => void process.stderr.write(`${harmless(line)}\n`),
  get width() {
    return process.stdout.columns;
  },
  paint: (tone, text) => (tone === 'calm' ? text : styleText(colours[tone], text, { stream: process.stdout })),
};

/**
 * Who reads our output may leave before its end, as `head` does, and a disk that takes it may be full. An import goes on to
 * its report: what it sends matters more than who reads along.
 */
export const outliveReaders = (): void => {
  let isTold = false;
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE' || isTold) return;
    isTold = true;
    terminal.say(`What was printed could not be written to standard output (${code}).`);
    process.once('exit', () => (process.exitCode ||= 1));
  });
};

/** For a verb that only shows something: without a reader there is nothing left to do. */
export const endWithReader = (): void =>
  void process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1));
