import { once } from 'node:events';
import { createServer as createNetServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { type Http, openHttp } from '../../../shared/leads-api/http.ts';
import { limits } from '../../../shared/limits.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server that answers each connection as its bytes say, and counts what it is sent. */
const serveBytes = async (answer: (request: number, connection: number) => string | Buffer, connections = 1) => {
  const seen = { requests: 0, connections: 0 };
  const server = createNetServer((socket) => {
    seen.connections += 1;
    const connection = seen.connections;
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      if (!/^(?:GET|POST) /.test(bytes.toString('latin1'))) return;
      seen.requests += 1;
      socket.write(answer(seen.requests, connection));
    });
    closing.push(() => socket.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const http: Http = openHttp(new URL(`http://127.0.0.1:${port}/base`), connections, 200);
  closing.push(
    () => http.close(),
    () => server.close(),
  );
  return { http, seen };
};

const post = { method: 'POST', path: '/v1/leads', headers: {}, body: Buffer.from('{}') } as const;
const answerOf = (body: string | Buffer, headers = ''): Buffer =>
  Buffer.concat([
    Buffer.from(`HTTP/1.1 200 OK\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${headers}\r\n`),
    Buffer.from(body),
  ]);

it('HTTP/1.1 alone is offered: over HTTP/2 nobody knows what was sent, and the bundles have none', async () => {
  const hello = Promise.withResolvers<Buffer>();
  const server = createNetServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (bytes) => {
      hello.resolve(bytes);
      socket.destroy();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const http = openHttp(new URL(`https://127.0.0.1:${port}`), 1, 1_000);
  closing.push(
    () => http.close(),
    () => server.close(),
  );
  expect(await http.exchange(post)).toMatchObject({ kind: 'no_answer', connected: false });
  const offered = (await hello.promise).toString('latin1');
  expect(offered).toContain('\u0008http/1.1');
  expect(offered).not.toContain('\u0002h2');
});

describe('an answer', () => {
  it('what comes before it, such as early hints, is passed over', async () => {
    const hints = 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n';
    const { http } = await serveBytes(() => Buffer.concat([Buffer.from(hints), answerOf('[{"id":"a"}]')]));
    expect(await http.exchange(post)).toMatchObject({ kind: 'answer', status: 200, body: '[{"id":"a"}]' });
  });

  const carryOn = 'HTTP/1.1 100 Continue\r\n\r\n';
  const good = answerOf('[{"id":"a"}]');

  it.each([
    ['alone', [carryOn]],
    ['twice', [carryOn, carryOn]],
    ['with headers', ['HTTP/1.1 100 Continue\r\nserver: x\r\n\r\n']],
    ['as HTTP/1.0', ['HTTP/1.0 100 Continue\r\n\r\n']],
    ['without a reason', ['HTTP/1.1 100 \r\n\r\n']],
    ['between early hints', ['HTTP/1.1 103 Early Hints\r\n\r\n', carryOn]],
  ])('behind a 100 Continue that nobody asked for is read: %s', async (_, before) => {
    const { http, seen } = await serveBytes(() => Buffer.concat([...before.map((text) => Buffer.from(text)), good]));
    for (let time = 0; time < 3; time += 1)
      expect(await http.exchange(post)).toMatchObject({ kind: 'answer', status: 200, body: '[{"id":"a"}]' });
    expect(seen).toEqual({ requests: 3, connections: 1 });
  });

  it('behind a 100 Continue that comes in pieces is read, wherever it is cut', async () => {
    const all = Buffer.concat([Buffer.from(carryOn), good]);
    for (const cut of [1, 8, 12, 13, 20, 23, 24, 25, 26, 40]) {
      const server = createNetServer((socket) => {
        socket.setNoDelay(true);
        socket.on('error', () => undefined);
        socket.on('data', async () => {
          socket.write(all.subarray(0, cut));
          await sleep(20);
          socket.write(all.subarray(cut));
        });
        closing.push(() => socket.destroy());
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as { port: number };
      const http = openHttp(new URL(`http://127.0.0.1:${port}`), 1, 1_000);
      closing.push(
        () => http.close(),
        () => server.close(),
      );
      expect(await http.exchange(post), String(cut)).toMatchObject({ status: 200, body: '[{"id":"a"}]' });
    }
  });

  it('that is a 100 Continue and nothing else is none', async () => {
    const { http } = await serveBytes(() => carryOn);
    expect(await http.exchange(post)).toEqual({ kind: 'no_answer', connected: true, timedOut: true });
    const endless = await serveBytes(() => `HTTP/1.1 100 Continue\r\n${'x: y\r\n'.repeat(20_000)}`);
    expect(await endless.http.exchange(post)).toMatchObject({ kind: 'no_answer', connected: true });
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)('that was compressed with %s though nobody asked for it is read', async (name, compress) => {
    const { http } = await serveBytes(() => answerOf(compress('{"é":1}'), `content-encoding: ${name}\r\n`));
    expect(await http.exchange(post)).toMatchObject({ body: '{"é":1}' });
  });

  it('that is no gzip although it says so has a status and no words', async () => {
    const { http } = await serveBytes(() => answerOf('{"id":"a"}', 'content-encoding: gzip\r\n'));
    expect(await http.exchange(post)).toMatchObject({ kind: 'answer', status: 200, body: undefined });
  });

  it('in another encoding is read in that', async () => {
    const { http } = await serveBytes(() =>
      answerOf(Buffer.from('caf\u00e9', 'latin1'), 'content-type: text/plain; charset=iso-8859-1\r\n'),
    );
    expect(await http.exchange(post)).toMatchObject({ body: 'café' });
  });

  it.each([
    '',
    'content-type: application/json; charset=utf-8\r\n',
    'content-type: application/json; charset=utf-16le\r\n',
  ])('that begins with a mark of the byte order is read without it (%j)', async (type) => {
    const bytes = Buffer.from('\ufeff[{"id":"a"}]', type.includes('utf-16') ? 'utf16le' : 'utf8');
    const { http } = await serveBytes(() => answerOf(bytes, type));
    expect(await http.exchange(post)).toMatchObject({ body: '[{"id":"a"}]' });
  });

  it('with 20 KiB of headers is read', async () => {
    const cookies = Array.from({ length: 20 }, (_, index) => `set-cookie: c${index}=${'x'.repeat(1_000)}\r\n`).join('');
    const { http } = await serveBytes(() => answerOf('[{"id":"a"}]', cookies));
    expect(await http.exchange(post)).toMatchObject({ kind: 'answer', status: 200, body: '[{"id":"a"}]' });
  });

  it('that breaks off has a status and no words', async () => {
    const { http } = await serveBytes(() => 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\nretry-after: 7\r\n\r\n[{"i');
    expect(await http.exchange(post)).toMatchObject({
      kind: 'answer',
      status: 200,
      retryAfter: '7',
      body: undefined,
    });
  });

  it('that has more than is read has a status and no words', async () => {
    // Made beforehand: on a machine that is busy making it takes longer than an answer is waited for.
    const answer = answerOf('x'.repeat(limits.maxAnswerBytes + 1));
    const { http } = await serveBytes(() => answer);
    expect(await http.exchange(post)).toMatchObject({ kind: 'answer', status: 200, body: undefined });
  });
});

describe('a connection', () => {
  const gatewayTimeout = 'HTTP/1.1 504 Gateway Timeout\r\ncontent-length: 4\r\n\r\nlate';

  it.each(['at once', 'while the next request is under way'])(
    'that gave a 5xx carries no further request: an answer that comes late, %s, is nobody else’s',
    async (when) => {
      const late = answerOf('[{"id":"of-the-first-lead"}]').toString();
      const { http, seen } = await serveBytes((request, connection) => {
        if (request === 1) return when === 'at once' ? `${gatewayTimeout}${late}` : gatewayTimeout;
        const second = answerOf('[{"id":"of-the-second-lead"}]').toString();
        return connection === 1 ? `${late}${second}` : second;
      });
      expect(await http.exchange(post)).toMatchObject({ kind: 'answer', status: 504 });
      expect(await http.exchange(post)).toMatchObject({ body: '[{"id":"of-the-second-lead"}]' });
      expect(seen.connections).toBe(2);
    },
  );

  it('whose answers are good is used again', async () => {
    const { http, seen } = await serveBytes(() => answerOf('[{"id":"a"}]'));
    for (let request = 0; request < 3; request += 1) await http.exchange(post);
    expect(seen).toEqual({ requests: 3, connections: 1 });
  });

  it('on which more came than was announced gives nobody another’s answer', async () => {
    const { http } = await serveBytes((request) =>
      request === 1 ? `${answerOf('[{"id":"a"}]')}x` : answerOf('[{"id":"b"}]'),
    );
    expect(await http.exchange(post)).toMatchObject({ body: '[{"id":"a"}]' });
    expect(await http.exchange(post)).not.toMatchObject({ body: '[{"id":"a"}]' });
    expect(await http.exchange(post)).toMatchObject({ body: '[{"id":"b"}]' });
  });
});

describe('no answer', () => {
  it('where the request left, the API may have acted', async () => {
    const { http } = await serveBytes(() => '');
    expect(await http.exchange(post)).toEqual({ kind: 'no_answer', connected: true, timedOut: true });
  });

  it('a request that found no free connection in time never leaves, also later', async () => {
    const { http, seen } = await serveBytes(() => '');
    const leaving = Promise.withResolvers<void>();
    // It holds the only connection for longer than the other one waits.
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('abc');
      await sleep(250);
      yield Buffer.from('def');
      await leaving.promise;
    }
    const upload = { ...post, body: { sizeBytes: 100_000, chunks: endless() } };
    const answers = await Promise.all([http.exchange(upload), http.exchange(post)]);
    leaving.resolve();
    expect(answers).toEqual([
      { kind: 'no_answer', connected: true, timedOut: true },
      { kind: 'no_answer', connected: false, timedOut: true },
    ]);
    await sleep(300);
    expect(seen.requests).toBe(1);
  });

  it('where nobody listens, nothing was sent', async () => {
    const http = openHttp(new URL('http://127.0.0.1:9'), 1, 200);
    closing.push(() => http.close());
    expect(await http.exchange(post)).toEqual({ kind: 'no_answer', connected: false, timedOut: false });
  });

  it('a body whose source breaks off was begun', async () => {
    const { http } = await serveBytes(() => '');
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('abc');
      throw new Error('the object is gone');
    }
    const upload = { ...post, body: { sizeBytes: 10, chunks: broken() } };
    expect(await http.exchange(upload)).toMatchObject({ kind: 'no_answer', connected: true });
  });
});
