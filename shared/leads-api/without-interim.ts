import type { buildConnector } from 'undici';
import { limits } from '../limits.ts';
import { connector } from './undici.ts';

/** How an interim answer begins, up to the second digit of its status; 101 is none, and nobody has asked for it. */
const begins = ['HTTP/1.1 1', 'HTTP/1.0 1'];
const whole = /^HTTP\/1\.[01] 1(?!01)\d\d[ \r]/;
const longestBegin = 'HTTP/1.1 100 '.length;
const end = '\r\n\r\n';

/** Whether bytes begin as an interim answer does, as far as there are any. */
const mayBeInterim = (bytes: Buffer): boolean => {
  const text = bytes.toString('latin1', 0, longestBegin);
  if (text.length === longestBegin) return whole.test(text);
  return text !== '' && begins.some((begin) => begin.startsWith(text.slice(0, begin.length)));
};

/** What came, without the interim answers that it begins with; the rest waits for more. */
const split = (bytes: Buffer): { readonly passed: Buffer; readonly waiting: Buffer } => {
  let passed = bytes;
  while (mayBeInterim(passed)) {
    const at = passed.indexOf(end);
    // One that has no end is no answer that anybody could read.
    if (at < 0 && passed.length <= limits.maxAnswerHeaderBytes) return { passed: Buffer.alloc(0), waiting: passed };
    if (at < 0) break;
    passed = passed.subarray(at + end.length);
  }
  return { passed, waiting: Buffer.alloc(0) };
};

type Connect = ReturnType<typeof buildConnector>;

/**
 * Connects, and keeps interim answers from undici, which ends a connection over a `100 Continue` for which nobody has
 * asked: the answer behind it would be lost, and with it whether a lead was created. They stand before an answer, so at
 * the beginning of what comes; a text that begins a piece with these words would leave only its own answer unread.
 */
export const connectWithoutInterim = (options: buildConnector.BuildOptions): Connect => {
  const connect = connector(options);
  return (target, callback) =>
    connect(target, (...result) => {
      const [error, socket] = result;
      if (error !== null || socket === null) return callback(...result);
      const read = socket.read.bind(socket) as (size?: number) => Buffer | null;
      let waiting: Buffer = Buffer.alloc(0);
      socket.read = (size?: number) => {
        const chunk = read(size);
        if (chunk === null) return null;
        const { passed, waiting: rest } = split(waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk]));
        waiting = rest;
        return passed.length === 0 ? null : passed;
      };
      return callback(...result);
    });
};
