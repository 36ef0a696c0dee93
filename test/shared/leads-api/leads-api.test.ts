import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { readBaseUrl } from '../../../shared/leads-api/base-url.ts';
import { createAnswer, retryAfterMs } from '../../../shared/leads-api/classify.ts';
import { leadsApi } from '../../../shared/leads-api/client.ts';
import type { Credentials } from '../../../shared/leads-api/credentials.ts';
import { documentForm } from '../../../shared/leads-api/document-form.ts';
import { openHttp } from '../../../shared/leads-api/http.ts';
import { paceOf } from '../../../shared/leads-api/pace.ts';
import { countingChance, ManualClock } from '../../support/manual-clock.ts';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server that notes every request and answers as it is told. */
const serve = async (
  answer: (request: Seen, response: ServerResponse) => void,
): Promise<{ url: string; seen: Seen[]; server: Server }> => {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const noted = { method: request.method, url: request.url, headers: request.headers, body: await buffer(request) };
    seen.push(noted);
    answer(noted, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, server };
};

const clientOf = (
  url: string,
  credentials: () => Credentials | undefined = () => ({ username: 'ü', password: 'p:w' }),
) => {
  const http = openHttp(new URL(url), 2, 300);
  closing.unshift(() => http.close());
  const clock = new ManualClock();
  return leadsApi({
    http,
    credentials: { read: async () => credentials() },
    pace: paceOf(clock, undefined),
    clock,
    chance: countingChance(),
    documentEncoding: 'base64',
  });
};

const json = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
};

describe('creating a lead', () => {
  it('POSTs it once with Basic authentication and its length, and returns the id', async () => {
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

  it.each([
    [200, [{ id: 'a' }], 'created'],
    [201, { id: 'a' }, 'created'],
    [200, [], 'maybe_sent'],
    [200, { success: true }, 'maybe_sent'],
    [200, [{ id: 'a' }, { id: 'b' }], 'maybe_sent'],
    [400, { message: 'no' }, 'refused'],
    [409, {}, 'refused'],
    [422, {}, 'refused'],
    [401, {}, 'not_sent'],
    [403, {}, 'not_sent'],
    [404, {}, 'not_sent'],
    [408, {}, 'maybe_sent'],
    [429, {}, 'not_sent'],
    [301, {}, 'not_sent'],
    [302, {}, 'maybe_sent'],
    [307, {}, 'not_sent'],
    [500, {}, 'maybe_sent'],
    [503, {}, 'maybe_sent'],
  ])('reads status %i with %j as %s, and never repeats it', async (status, body, kind) => {
    const { url, seen } = await serve((_, response) =>
      json(response, status, body, status < 400 && status >= 300 ? { location: 'http://127.0.0.1:1/' } : {}),
    );
    expect((await clientOf(url).create({}, true)).kind).toBe(kind);
    expect(seen).toHaveLength(1);
  });

  it('cannot have been sent where the connection was never made', async () => {
    expect(await clientOf('http://127.0.0.1:9').create({}, true)).toEqual({
      kind: 'not_sent',
      trouble: { code: 'unreachable' },
    });
  });

  it('may have been sent where the connection broke', async () => {
    const { url } = await serve((_, response) => response.socket?.resetAndDestroy());
    expect(await clientOf(url).create({}, true)).toEqual({ kind: 'maybe_sent', trouble: { code: 'connection_lost' } });
  });

  it('may have been sent where no answer came in time', async () => {
    const { url } = await serve(() => undefined);
    expect(await clientOf(url).create({}, true)).toEqual({ kind: 'maybe_sent', trouble: { code: 'timed_out' } });
  });

  it('may have been created where the answer broke off', async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('[{"id":');
      setTimeout(() => response.socket?.destroy(), 20);
    });
    expect(await clientOf(url).create({}, true)).toMatchObject({
      kind: 'maybe_sent',
      trouble: { code: 'unreadable_answer' },
    });
  });

  it('waits for nobody while the credentials are missing', async () => {
    const { url, seen } = await serve((_, response) => json(response, 200, []));
    expect(await clientOf(url, () => undefined).create({}, true)).toEqual({
      kind: 'not_sent',
      trouble: { code: 'credentials_missing' },
    });
    expect(seen).toEqual([]);
  });

  it('waits too while they cannot be read', async () => {
    const { url } = await serve((_, response) => json(response, 200, []));
    const unreadable = (): never => {
      throw new Error('the secret cannot be read');
    };
    expect(await clientOf(url, unreadable).create({}, true)).toMatchObject({ kind: 'not_sent' });
  });

  it('tries a changed secret at once', async () => {
    let password = 'old';
    const { url, seen } = await serve((request, response) => {
      password = 'new';
      const good = request.headers.authorization === `Basic ${Buffer.from('u:new').toString('base64')}`;
      json(response, good ? 200 : 401, good ? [{ id: 'a' }] : {});
    });
    expect((await clientOf(url, () => ({ username: 'u', password })).create({}, true)).kind).toBe('created');
    expect(seen).toHaveLength(2);
  });

  it('has an answer for every status and body that there can be', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 599 }),
        fc.option(fc.oneof(fc.string(), fc.json()), { nil: undefined }),
        (status, body) => {
          const answer = createAnswer({ kind: 'answer', status, retryAfter: undefined, body }, 0);
          if (answer.kind === 'refused') expect(status >= 400 && status < 500).toBe(true);
          if (answer.kind === 'created') expect(status >= 200 && status < 300).toBe(true);
        },
      ),
    );
  });
});

describe('listing leads', () => {
  it('pages until a page brings nothing new, with all documented filters', async () => {
    const { url, seen } = await serve((request, response) => {
      const page = Number(new URL(request.url ?? '', 'http://x').searchParams.get('page_index'));
      const leads = [{ id: `a${page}` }, { id: 'b' }];
      json(response, 200, { success: true, result: { leads: page < 3 ? leads : [{ id: 'b' }], count: 4 } });
    });
    const answer = await clientOf(url).list(
      {
        dateFrom: '2026-11-23T00:00:00.000Z',
        dateTo: '2026-11-24',
        status: 'CLOSED',
        applicationStatus: 'SUBMITTED',
      },
      Infinity,
    );
    expect(answer.kind === 'leads' && answer.leads.map(({ id }) => id)).toEqual(['a0', 'b', 'a1', 'a2']);
    expect(seen[0]?.url).toBe(
      '/v1/leads?page_size=100&page_index=0&status=CLOSED&application_status=SUBMITTED&date_from=2026-11-23T00%3A00%3A00.000Z&date_to=2026-11-24',
    );
  });

  it.each([
    ['an index 0 that means the same as 1', (index: number) => Math.max(1, index)],
    ['an index 0 that means nothing', (index: number) => (index === 0 ? 99 : index)],
  ])('reads all of them with %s', async (_, pageOf) => {
    const { url } = await serve((request, response) => {
      const page = pageOf(Number(new URL(request.url ?? '', 'http://x').searchParams.get('page_index')));
      json(response, 200, { result: { leads: page <= 3 ? [{ id: `a${page}` }] : [] } });
    });
    const answer = await clientOf(url).list({}, Infinity);
    expect(answer.kind === 'leads' && answer.leads.map(({ id }) => id)).toEqual(['a1', 'a2', 'a3']);
  });

  it.each([
    [{ success: false, result: { leads: [] } }],
    [{ result: { leads: [{ nameless: true }] } }],
    [{ leads: [] }],
    [{ success: true, result: { leads: [], count: 4 } }],
  ])('takes %j for trouble, never for an empty list', async (body) => {
    const { url } = await serve((_, response) => json(response, 200, body));
    expect(await clientOf(url).list({}, Infinity)).toMatchObject({
      kind: 'trouble',
      trouble: { code: 'unreadable_answer' },
    });
  });

  it('asks for no page that might not be there in time', async () => {
    const { url, seen } = await serve((_, response) => json(response, 200, {}));
    expect((await clientOf(url).list({}, new ManualClock().now() + 30_000)).kind).toBe('trouble');
    expect(seen).toEqual([]);
  });

  it('that fails on any page is trouble, never a shorter list', async () => {
    const { url } = await serve((request, response) =>
      request.url?.includes('page_index=0')
        ? json(response, 200, { result: { leads: [{ id: 'a' }] } })
        : json(response, 500, {}),
    );
    expect(await clientOf(url).list({}, Infinity)).toMatchObject({
      kind: 'trouble',
      trouble: { code: 'server_error' },
    });
  });
});

describe('attaching a document', () => {
  it('sends one part named document, in base64, with a known length', async () => {
    const { url, seen } = await serve((_, response) => json(response, 200, { success: true, file: { id: 'f1' } }));
    const content = Buffer.from(Array.from({ length: 200 }, (_, index) => index));
    async function* body() {
      yield content.subarray(0, 33);
      yield content.subarray(33);
    }
    expect(
      await clientOf(url).attach({ leadId: 'a', filename: 'my "scan".pdf', sizeBytes: 200, body: body() }),
    ).toEqual({ kind: 'attached', documentId: 'f1' });
    expect(seen[0]?.url).toBe('/lead/a/documents');
    expect(Number(seen[0]?.headers['content-length'])).toBe(seen[0]?.body.length);
    const text = seen[0]?.body.toString() ?? '';
    expect(text).toContain(
      'name="document"; filename="my %22scan%22.pdf"\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n',
    );
    expect(Buffer.from(text.split('\r\n\r\n')[1]?.split('\r\n--')[0] ?? '', 'base64')).toEqual(content);
  });

  it('knows the length of every body before it is read', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 500 }),
        fc.integer({ min: 1, max: 90 }),
        fc.constantFrom('base64' as const, 'binary' as const),
        async (bytes, size, encoding) => {
          async function* chunks() {
            for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
          }
          const form = documentForm('a.txt', bytes.length, chunks(), encoding, 'boundary');
          let sent = 0;
          for await (const chunk of form.body) sent += chunk.length;
          expect(sent).toBe(form.sizeBytes);
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
    ['99999999', 86_400_000],
    ['Sun, 22 Nov 2026 00:00:00 GMT', 0],
  ])('%s is %s ms', (header, expected) => {
    expect(retryAfterMs(header, Date.parse('2026-11-23T00:00:00Z'))).toBe(expected);
  });
});

describe('the base address', () => {
  it.each(['https://api.lumi.com.au', 'http://127.0.0.1:8080/base', 'http://localhost', 'http://[::1]:1'])(
    'may be %s',
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
  ])('cannot be %s', (text) => {
    expect(readBaseUrl(text)).toHaveProperty('fault');
  });
});

it('a pace spaces requests, so that no second sees more than agreed', async () => {
  const clock = new ManualClock();
  const begin = clock.now();
  const pace = paceOf(clock, 4);
  for (let request = 0; request < 9; request += 1) await pace();
  expect(clock.now() - begin).toBe(2_000);
});
