import { Readable } from 'node:stream';
import { clearTimeout, setTimeout } from 'node:timers';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { limits } from '../limits.ts';
import type { Exchange } from './classify.ts';
import { Pool } from './undici.ts';
import { connectWithoutInterim } from './without-interim.ts';

/** A body that is read while it is sent, and how many bytes it will be. */
export interface StreamedBody {
  readonly sizeBytes: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** One request below the API's base address. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** Path and query, beginning with `/`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer | StreamedBody;
}

/** Carries requests to one origin and nowhere else: no redirect is followed, nothing is repeated. */
export interface Http {
  exchange(request: HttpRequest): Promise<Exchange>;
  close(): Promise<void>;
}

type Header = string | string[] | undefined;

const firstOf = (header: Header): string | undefined => (Array.isArray(header) ? header[0] : header);

/** Some servers compress whatever is asked for. */
const decoders = new Map([
  ['gzip', gunzipSync],
  ['deflate', inflateSync],
  ['br', brotliDecompressSync],
]);

const utf8 = new TextDecoder();

/** A body as text, in the encoding that the server names, without a mark of the byte order. */
const textOf = (bytes: Uint8Array, contentType: Header): string => {
  const charset = /charset="?([\w-]+)/i.exec(firstOf(contentType) ?? '')?.[1];
  try {
    return (charset === undefined ? utf8 : new TextDecoder(charset)).decode(bytes);
  } catch {
    // A name that nobody knows.
    return utf8.decode(bytes);
  }
};

const isTimeout = (error: Error): boolean =>
  'code' in error && /^UND_ERR_(HEADERS|BODY|CONNECT)_TIMEOUT$/.test(String(error.code));

/** Something took too long altogether. */
class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
}

/** What answered may not be the API; its words say nothing of the lead, and its connection is not used again. */
class GatewayAnswer extends Error {
  override readonly name = 'GatewayAnswer';
}

/** More was answered than is read. */
class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge';
}

/** How long an exchange may take, milliseconds. */
interface Patience {
  /** Altogether. */
  readonly wholeMs: number;
  /** Without another piece of the body that is sent. */
  readonly stillMs: number;
}

/** One exchange as it comes about. Whatever happens, it ends once, with what arrived of the answer. */
class Course implements Dispatcher.DispatchHandler {
  readonly exchange: Promise<Exchange>;
  readonly #end: (exchange: Exchange) => void;
  readonly #whole: NodeJS.Timeout;
  readonly #still: NodeJS.Timeout;
  readonly #isLarge: boolean;
  #isOnItsWay = false;
  #controller: Dispatcher.DispatchController | undefined;
  /** Why it has ended before it was begun: undici still has it in its queue. */
  #withdrawn: Error | undefined;
  #head: { readonly status: number; readonly headers: Readonly<Record<string, Header>> } | undefined;
  readonly #chunks: Buffer[] = [];
  #sizeBytes = 0;

  constructor({ wholeMs, stillMs }: Patience) {
    const { promise, resolve } = Promise.withResolvers<Exchange>();
    this.exchange = promise;
    this.#end = resolve;
    const stop = (): void => {
      const error = new OutOfTime();
      if (this.#controller === undefined) this.#withdrawn = error;
      else this.#controller.abort(error);
      this.onResponseError(this.#controller, error);
    };
    this.#isLarge = wholeMs > stillMs;
    this.#whole = setTimeout(stop, wholeMs);
    this.#still = setTimeout(() => {
      this.#isOnItsWay = false;
      stop();
    }, stillMs);
  }

  /** Gives the pieces of a body, and notes that it is on its way as long as they are asked for. */
  async *sending(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    // What has no more time than any request can only have stood still.
    this.#isOnItsWay = this.#isLarge;
    for await (const chunk of chunks) {
      this.#still.refresh();
      yield chunk;
    }
    this.#still.refresh();
    this.#isOnItsWay = false;
  }

  /** undici calls it when it has a connection and is about to write the first byte: before that nothing was sent. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#withdrawn === undefined) this.#controller = controller;
    else controller.abort(this.#withdrawn);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, Header>>,
  ): void {
    // What comes before an answer, such as early hints.
    if (status < 200) return;
    this.#head = { status, headers };
    // A gateway that gave up waiting may still hand on the answer that it waited for: to whatever is sent next.
    if (status >= 500) controller.abort(new GatewayAnswer());
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#sizeBytes += chunk.length;
    if (this.#sizeBytes > limits.maxAnswerBytes) controller.abort(new AnswerTooLarge());
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#answered(Buffer.concat(this.#chunks));
  }

  onResponseError(_: unknown, error: Error): void {
    // Where its status arrived and its words did not, the caller decides what that means.
    if (this.#head !== undefined) this.#answered(undefined);
    else this.#unanswered(error instanceof OutOfTime || isTimeout(error));
  }

  #unanswered(timedOut: boolean): void {
    this.#clear();
    const tooSlow = timedOut && this.#isOnItsWay;
    this.#end({ kind: 'no_answer', connected: this.#controller !== undefined, timedOut, ...(tooSlow && { tooSlow }) });
  }

  #clear(): void {
    clearTimeout(this.#whole);
    clearTimeout(this.#still);
  }

  #answered(bytes: Buffer | undefined): void {
    this.#clear();
    const { status = 0, headers = {} } = this.#head ?? {};
    this.#end({
      kind: 'answer',
      status,
      retryAfter: firstOf(headers['retry-after']),
      date: firstOf(headers['date']),
      body: bytes === undefined ? undefined : this.#textOf(bytes, headers),
    });
  }

  #textOf(bytes: Buffer, headers: Readonly<Record<string, Header>>): string | undefined {
    const decode = decoders.get(firstOf(headers['content-encoding'])?.toLowerCase() ?? '');
    try {
      const plain = decode === undefined ? bytes : decode(bytes, { maxOutputLength: limits.maxAnswerBytes });
      return textOf(plain, headers['content-type']);
    } catch {
      return undefined;
    }
  }
}

/** How long a document of so many bytes may take on the slowest line, and its answer, milliseconds. */
export const longestUploadMs = (
  sizeBytes: number,
  timeoutMs: number = limits.requestTimeoutMs,
  slowestBytesPerMs: number = limits.slowestBytesPerMs,
): number => Math.max(timeoutMs, timeoutMs / 2 + sizeBytes / slowestBytesPerMs);

/**
 * A pool of connections to the API. Whether a request was sent is known for certain.
 * @param connections how many requests may be under way at once
 * @param answerTimeoutMs from the request's end to the answer's headers; the whole takes twice as long at most, and what
 * a document takes on the slowest line on top
 */
export const openHttp = (
  baseUrl: URL,
  connections: number,
  answerTimeoutMs: number,
  slowestBytesPerMs: number = limits.slowestBytesPerMs,
): Http => {
  const pool = new Pool(baseUrl.origin, {
    connections,
    // What is known of whether a request was sent is known of HTTP/1.1, and the bundles have nothing else.
    allowH2: false,
    connect: connectWithoutInterim({ timeout: limits.connectTimeoutMs, allowH2: false }),
    headersTimeout: answerTimeoutMs,
    bodyTimeout: limits.bodyTimeoutMs,
    maxHeaderSize: limits.maxAnswerHeaderBytes,
  });
  const timeoutMs = Math.min(limits.requestTimeoutMs, 2 * answerTimeoutMs);
  const prefix = baseUrl.pathname.replace(/\/$/, '');
  const exchange = ({ method, path, headers, body: given }: HttpRequest): Promise<Exchange> => {
    const request = { method, path: `${prefix}${path}` };
    if (given === undefined || Buffer.isBuffer(given)) {
      const course = new Course({ wholeMs: timeoutMs, stillMs: timeoutMs });
      pool.dispatch({ ...request, headers, body: given ?? null }, course);
      return course.exchange;
    }
    const { sizeBytes, chunks } = given;
    const wholeMs = longestUploadMs(sizeBytes, timeoutMs, slowestBytesPerMs);
    const course = new Course({ wholeMs, stillMs: timeoutMs });
    const length = { 'content-length': String(sizeBytes) };
    const body = Readable.from(course.sending(chunks));
    // What the machine holds back of a body is still on its way when all of it was written.
    pool.dispatch({ ...request, headers: { ...headers, ...length }, body, headersTimeout: wholeMs }, course);
    return course.exchange;
  };
  return { exchange, close: () => pool.destroy() };
};
