import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBaseUrl } from '../../../shared/leads-api/base-url.ts';
import { createAnswer } from '../../../shared/leads-api/classify.ts';
import { retryAfterMs } from '../../../shared/leads-api/retry-after.ts';
import { clientOf, json, serve } from '../../support/http-server.ts';

describe('creating a lead', () => {
  it('a lead is POSTed once with Basic authentication and its length, and its id is returned', async () => {
    const { url, seen } = await serve((_, response) => json(response, 200, [{ id: '58f554ea2aaf6f0011dffabd' }]));
    expect(await clientOf(`${url}/base/`).create({ a: 'ö' }, false)).toEqual({
      kind: 'created',
      leadId: '58f554ea2aaf6f0011dffabd',
    });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ method: 'POST', url: '/base/v1/leads?enforce_mandatories=false' });
    expect(seen[0]?.headers).toMatchObject({
      authorization: `Basic ${Buffer.from('ü:p:w').toString('base64')}`,
      'content-type': 'application/json',
      'content-length': '10',
    });
    expect(seen[0]?.body.toString()).toBe('{"a":"ö"}');
  });

  it.each(['12345678901234567890', '9007199254740993', '42'])('the numeric id %s is read exactly', async (id) => {
    const { url } = await serve((_, response) => {
      response.writeHead(201, { 'content-type': 'application/json' });
      response.end(`[{"id":${id}}]`);
    });
    expect(await clientOf(url).create({}, true)).toEqual({ kind: 'created', leadId: id });
  });

  it.each([
    [200, [{ id: 'a' }], 'created'],
    [201, { id: 'a' }, 'created'],
    [202, [{ id: 'a' }], 'in_doubt'],
    [200, [], 'in_doubt'],
    [200, { success: true }, 'in_doubt'],
    [200, [{ id: 'a' }, { id: 'b' }], 'in_doubt'],
    [400, { message: 'no' }, 'refused'],
    [409, {}, 'in_doubt'],
    [413, {}, 'refused'],
    [410, {}, 'in_doubt'],
    [200, { success: false, message: 'no' }, 'refused'],
    [422, {}, 'refused'],
    [401, {}, 'not_sent'],
    [403, {}, 'not_sent'],
    [404, {}, 'not_sent'],
    [408, {}, 'in_doubt'],
    [429, {}, 'not_sent'],
    [301, {}, 'not_sent'],
    [302, {}, 'in_doubt'],
    [307, {}, 'not_sent'],
    [500, {}, 'in_doubt'],
    [503, {}, 'in_doubt'],
  ])(
    'a create that is answered with status %i and body %j is read as %s and not repeated',
    async (status, body, kind) => {
      const { url, seen } = await serve((_, response) =>
        json(response, status, body, status < 400 && status >= 300 ? { location: 'http://127.0.0.1:1/' } : {}),
      );
      expect((await clientOf(url).create({}, true))?.kind).toBe(kind);
      expect(seen).toHaveLength(1);
    },
  );

  it.each(['windows-1252', 'utf-8', 'nonsense'])('words in %s are read as they were written', async (charset) => {
    const words = '{"message":"José fehlt"}';
    const { url } = await serve((_, response) => {
      response.writeHead(422, { 'content-type': `application/json; charset=${charset}` });
      response.end(Buffer.from(words, charset === 'windows-1252' ? 'latin1' : 'utf8'));
    });
    expect(await clientOf(url).create({}, true)).toMatchObject({ kind: 'refused', message: 'José fehlt' });
  });

  it('a lead is not sent when no connection can be made', async () => {
    expect(await clientOf('http://127.0.0.1:9').create({}, true)).toEqual({
      kind: 'not_sent',
      trouble: { code: 'unreachable' },
    });
  });

  it('a lead is in doubt when the connection breaks', async () => {
    const { url } = await serve((_, response) => response.socket?.resetAndDestroy());
    expect(await clientOf(url).create({}, true)).toEqual({ kind: 'in_doubt', trouble: { code: 'connection_lost' } });
  });

  it('a lead is in doubt when no answer comes in time', async () => {
    const { url } = await serve(() => undefined);
    expect(await clientOf(url).create({}, true)).toEqual({ kind: 'in_doubt', trouble: { code: 'timed_out' } });
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)(
    'an answer is read although it is compressed as %s, which nobody asked for',
    async (encoding, compress) => {
      const { url, seen } = await serve((_, response) => {
        response.writeHead(200, { 'content-encoding': encoding });
        response.end(compress(JSON.stringify([{ id: 'a' }])));
      });
      expect(await clientOf(url).create({}, true)).toEqual({ kind: 'created', leadId: 'a' });
      expect(seen[0]).toMatchObject({ headers: { 'accept-encoding': 'identity' } });
    },
  );

  it.each(['gzip', 'br'])('a lead is in doubt when its answer says %s and is something else', async (encoding) => {
    const { url } = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': encoding });
      response.end('[{"id":"a"}]');
    });
    expect(await clientOf(url).create({}, true)).toMatchObject({ kind: 'in_doubt' });
  });

  it('a lead is in doubt when the answer breaks off', async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('[{"id":');
      setTimeout(() => response.socket?.destroy(), 20);
    });
    expect(await clientOf(url).create({}, true)).toMatchObject({
      kind: 'in_doubt',
      trouble: { code: 'unreadable_answer' },
    });
  });

  it('no request is sent while the credentials are missing', async () => {
    const { url, seen } = await serve((_, response) => json(response, 200, []));
    expect(await clientOf(url, () => undefined).create({}, true)).toEqual({
      kind: 'not_sent',
      trouble: { code: 'credentials_missing' },
    });
    expect(seen).toEqual([]);
  });

  it('a lead is not sent while the credentials cannot be read', async () => {
    const { url } = await serve((_, response) => json(response, 200, []));
    const unreadable = (): never => {
      throw new Error('the secret cannot be read');
    };
    expect(await clientOf(url, unreadable).create({}, true)).toMatchObject({ kind: 'not_sent' });
  });

  it('a changed secret is tried at once after a 401', async () => {
    let password = 'old';
    const { url, seen } = await serve((request, response) => {
      password = 'new';
      const good = request.headers.authorization === `Basic ${Buffer.from('u:new').toString('base64')}`;
      json(response, good ? 200 : 401, good ? [{ id: 'a' }] : {});
    });
    expect((await clientOf(url, () => ({ username: 'u', password })).create({}, true))?.kind).toBe('created');
    expect(seen).toHaveLength(2);
  });

  it('every possible status and body is read as a result that fits the status', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 599 }),
        fc.option(fc.oneof(fc.string(), fc.json()), { nil: undefined }),
        (status, body) => {
          const answer = createAnswer({ kind: 'answer', status, retryAfter: undefined, date: undefined, body }, 0);
          if (answer.kind === 'refused') expect(status >= 400 && status < 500).toBe(true);
          if (answer.kind === 'created') expect(status >= 200 && status < 300).toBe(true);
        },
      ),
    );
  });
});

describe('Retry-After', () => {
  it.each([
    ['3', 3_000],
    ['Mon, 23 Nov 2026 00:00:10 GMT', 10_000],
    ['soon', undefined],
    [undefined, undefined],
    ['99999999', 900_000],
    ['Sun, 22 Nov 2026 00:00:00 GMT', 0],
  ])('the Retry-After header %s is read as %s ms', (header, expected) => {
    expect(retryAfterMs(header, Date.parse('2026-11-23T00:00:00Z'))).toBe(expected);
  });
});

describe('the base address', () => {
  it.each(['https://api.lumi.com.au', 'http://127.0.0.1:8080/base', 'http://localhost', 'http://[::1]:1'])(
    'the base address may be %s',
    (text) => {
      expect(readBaseUrl(text)).toHaveProperty('url');
    },
  );

  it.each([
    'http://api.lumi.com.au',
    'http://127.0.0.1.example.com',
    'ftp://127.0.0.1',
    'https://user:pw@api.lumi.com.au',
    'api.lumi.com.au',
    'https://api.lumi.com.au/?a',
  ])('the base address cannot be %s', (text) => {
    expect(readBaseUrl(text)).toHaveProperty('fault');
  });
});
