import { pipeline, Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { limits } from '../limits.ts';
import type { Exchange } from './classify.ts';
import { Pool } from './undici.ts';

/** One request below the API's base address. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** Path and query, beginning with `/`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: { readonly sizeBytes: number; readonly chunks: AsyncIterable<Uint8Array> };
}

/** Carries requests to one origin and nowhere else: no redirect is followed, nothing is repeated. */
export interface Http {
  exchange(request: HttpRequest): Promise<Exchange>;
  close(): Promise<void>;
}

const decoders = new Map([
  ['gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

/** The body as it was meant: some servers compress whatever is asked for. An error of either stream ends the reading. */
const decoded = (body: Readable, encoding: string | string[] | undefined): Readable => {
  const decoder = decoders.get(String(encoding).toLowerCase());
  return decoder === undefined ? body : pipeline(body, decoder(), () => undefined);
};

/** A body as text, in the encoding that the server names. */
const textOf = (bytes: Uint8Array, contentType: string | string[] | undefined): string => {
  const charset = /charset="?([\w-]+)/i.exec(String(contentType))?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    // A name that nobody knows.
    return new TextDecoder().decode(bytes);
  }
};

const readBody = async (
  body: AsyncIterable<Uint8Array>,
  contentType: string | string[] | undefined,
): Promise<string | undefined> => {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of body) {
      sizeBytes += chunk.length;
      if (sizeBytes > limits.maxAnswerBytes) return undefined;
      chunks.push(chunk);
    }
  } catch {
    // The answer broke off. Its status arrived, its words did not: the caller decides what that means.
    return undefined;
  }
  return textOf(Buffer.concat(chunks), contentType);
};

const isTimeout = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === 'TimeoutError' ||
    ('code' in error && /^UND_ERR_(HEADERS|BODY|CONNECT)_TIMEOUT$/.test(String(error.code))));

/**
 * A pool of connections to the API. Whether a request was sent is known for certain: undici asks for the body's first
 * byte only once it has a connection to write it to.
 * @param connections how many requests may be under way at once
 * @param answerTimeoutMs from the request's end to the answer's headers
 */
export const openHttp = (baseUrl: URL, connections: number, answerTimeoutMs: number): Http => {
  const pool = new Pool(baseUrl.origin, {
    connections,
    connect: { timeout: limits.connectTimeoutMs },
    headersTimeout: answerTimeoutMs,
    bodyTimeout: limits.bodyTimeoutMs,
  });
  const prefix = baseUrl.pathname.replace(/\/$/, '');
  const exchange = async (request: HttpRequest): Promise<Exchange> => {
    let sent = request.body === undefined;
    async function* chunks(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      sent = true;
      yield* body;
    }
    try {
      const answer = await pool.request({
        method: request.method,
        path: `${prefix}${request.path}`,
        headers: {
          ...request.headers,
          ...(request.body !== undefined && { 'content-length': String(request.body.sizeBytes) }),
        },
        body: request.body === undefined ? null : Readable.from(chunks(request.body.chunks)),
        signal: AbortSignal.timeout(limits.requestTimeoutMs),
      });
      const { 'retry-after': retryAfter, date, 'content-encoding': encoding, 'content-type': type } = answer.headers;
      const body = await readBody(decoded(answer.body, encoding), type);
      return {
        kind: 'answer',
        status: answer.statusCode,
        retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter,
        date: typeof date === 'string' ? date : undefined,
        body,
      };
    } catch (error) {
      return { kind: 'no_answer', connected: sent, timedOut: isTimeout(error) };
    }
  };
  return { exchange, close: () => pool.destroy() };
};
