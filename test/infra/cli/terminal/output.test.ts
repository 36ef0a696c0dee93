import { PassThrough } from 'node:stream';
import { WriteStream } from 'node:tty';
import { afterEach, expect, it, vi } from 'vitest';
import { terminal } from '../../../../infra/cli/terminal/output.ts';

/** Standard output as a terminal is, which shows colours. */
const asTerminal = (): void => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, getColorDepth: WriteStream.prototype.getColorDepth });
  vi.spyOn(process, 'stdout', 'get').mockReturnValue(stream as never);
  for (const name of ['NO_COLOR', 'NODE_DISABLE_COLORS', 'FORCE_COLOR', 'CI']) vi.stubEnv(name, undefined);
  vi.stubEnv('TERM', 'xterm-256color');
};

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

it('a terminal shows how rows ended in colours', () => {
  asTerminal();
  expect(terminal.paint('bad', 'rejected')).toBe('\u001b[31mrejected\u001b[39m');
  expect(terminal.paint('calm', 'ignored')).toBe('ignored');
});

it('not where NO_COLOR is set', () => {
  asTerminal();
  vi.stubEnv('NO_COLOR', '1');
  expect(terminal.paint('bad', 'rejected')).toBe('rejected');
});
