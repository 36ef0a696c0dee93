import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { openHttp } from '../../../shared/leads-api/http.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const mebibyte = 1024 * 1024;
const sizeBytes = 40 * mebibyte;

async function* chunks(): AsyncGenerator<Uint8Array> {
  const chunk = Buffer.alloc(64 * 1024, 'a');
  for (let sent = 0; sent < sizeBytes; sent += chunk.length) yield chunk;
}

/** Uploads a document of 40 MiB to a server that does with its connection what it likes. */
const upload = async (serve: (socket: Socket) => void) => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    serve(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  // An answer takes 400 ms at most, and the slowest line has 20,000 bytes a millisecond: 2.5 s altogether.
  const http = openHttp(new URL(`http://127.0.0.1:${port}`), 1, 400, 20_000);
  closing.push(
    () => http.close(),
    () => server.close(),
  );
  const begin = performance.now();
  const exchange = await http.exchange({
    method: 'POST',
    path: '/lead/a/documents',
    headers: {},
    body: { sizeBytes, chunks: chunks() },
  });
  return { exchange, seconds: (performance.now() - begin) / 1_000 };
};

const tooLarge = (connection: string): string =>
  `HTTP/1.1 413 Request Entity Too Large\r\ncontent-length: 9\r\n${connection}\r\n\r\ntoo large`;

/** Does something once, when the first bytes have come. */
const atHead =
  (act: (socket: Socket) => void) =>
  (socket: Socket): void =>
    void socket.once('data', () => act(socket)).resume();

it.each([
  ['and ends the connection', atHead((socket) => socket.end(tooLarge('connection: close')))],
  ['and closes', atHead((socket) => socket.write(tooLarge('connection: close'), () => socket.destroy()))],
  ['and resets', atHead((socket) => socket.write(tooLarge('connection: close'), () => socket.resetAndDestroy()))],
  [
    'and reads no further',
    atHead((socket) => {
      socket.pause();
      socket.write(tooLarge('x: y'));
    }),
  ],
])('a refusal that comes before the document was read is understood, where the server answers %s', async (_, serve) => {
  const { exchange } = await upload(serve);
  expect(exchange).toMatchObject({ kind: 'answer', status: 413, body: 'too large' });
});

/** Reads so many MiB every 100 ms, and answers when it has all. */
const readingAt = (mebibytes: number) => (socket: Socket) => {
  let received = 0;
  let allowed = 0;
  const more = setInterval(() => {
    allowed += mebibytes * mebibyte;
    socket.resume();
  }, 100);
  socket.pause();
  socket.on('close', () => clearInterval(more));
  socket.on('data', (bytes) => {
    received += bytes.length;
    if (received >= allowed) socket.pause();
    if (received < sizeBytes) return;
    clearInterval(more);
    socket.resume();
    void sleep(50).then(() => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'));
  });
};

it('a slow line has its time', async () => {
  const { exchange, seconds } = await upload(readingAt(2.5));
  expect(exchange).toMatchObject({ kind: 'answer', status: 200 });
  // Longer than a request without a document may take.
  expect(seconds).toBeGreaterThan(0.8);
});

it('a line that is slower than any that is waited for says so', async () => {
  const { exchange } = await upload(readingAt(1));
  expect(exchange).toEqual({ kind: 'no_answer', connected: true, timedOut: true, tooSlow: true });
});

it('a server that reads nothing is no slow line', async () => {
  const { exchange, seconds } = await upload((socket) => socket.pause());
  expect(exchange).toEqual({ kind: 'no_answer', connected: true, timedOut: true });
  expect(seconds).toBeLessThan(2);
});
