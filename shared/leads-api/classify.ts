import * as z from 'zod/mini';
import type { EpochMs } from '../clock.ts';
import { leadIdSchema } from '../lead/lead-id.ts';
import { parseExactJson } from '../parse-json.ts';
import type { CreateAnswer, DocumentAnswer, Trouble } from './answers.ts';
import { apiMessage, isPage } from './api-message.ts';
import type { PageAnswer } from './listing.ts';
import { retryAfterMs } from './retry-after.ts';

/** An HTTP answer as far as it arrived: `body` is undefined where it broke off. */
export interface HttpAnswer {
  readonly kind: 'answer';
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** The `Date` header: when the server answered, by its own clock. */
  readonly date: string | undefined;
  readonly body: string | undefined;
}

/** No answer. `connected` false: the request never left, as the connection was never made. */
export interface NoAnswer {
  readonly kind: 'no_answer';
  readonly connected: boolean;
  readonly timedOut: boolean;
  /** Its body was still on its way when the slowest line would have brought it. */
  readonly tooSlow?: boolean;
}

/** Nothing was sent: there is no user name and password. */
export interface NoCredentials {
  readonly kind: 'no_credentials';
}

export type Exchange = HttpAnswer | NoAnswer | NoCredentials;

const json = (text: string | undefined): unknown => (text === undefined ? undefined : parseExactJson(text));

const createdSchema = z.union([z.tuple([z.object({ id: leadIdSchema })]), z.object({ id: leadIdSchema })]);
const attachedSchema = z.object({
  file: z.object({
    id: z.union([z.string().check(z.minLength(1), z.maxLength(200)), z.pipe(z.int(), z.transform(String))]),
  }),
});
/** Whether an answer says of itself that it failed, whatever its status. */
const saysFailure = (body: unknown): boolean => {
  if (typeof body !== 'object' || body === null) return false;
  const { success, status } = body as { readonly success?: unknown; readonly status?: unknown };
  return success === false || (typeof status === 'string' && /^(?:error|fail(?:ed|ure)?)$/i.test(status));
};

/** Statuses by which a server says that it did not act, for a reason that is not the row's. */
const troubleOfStatus = (status: number): Trouble['code'] | undefined => {
  if (status === 401 || status === 407) return 'credentials_refused';
  if (status === 403) return 'forbidden';
  if (status === 429 || status === 425) return 'throttled';
  if (status === 404 || status === 405) return 'wrong_address';
  if (status === 301 || status === 307 || status === 308) return 'redirected';
  return undefined;
};

/** A status that leaves open what the server did. */
const uncertainCode = (status: number): Trouble['code'] => {
  if (status === 408) return 'request_timed_out';
  if (status === 503) return 'unavailable';
  return status >= 500 ? 'server_error' : 'unreadable_answer';
};

const troubleOf = (code: Trouble['code'], answer: HttpAnswer, now: EpochMs): Trouble => {
  const wait = retryAfterMs(answer.retryAfter, now);
  return { code, httpStatus: answer.status, ...(wait !== undefined && { retryAfterMs: wait }) };
};

/** An exchange as it is read first: the server answered the question, or something kept it from that. */
type ReadAnswer =
  | { readonly kind: 'good'; readonly answer: HttpAnswer }
  | { readonly kind: 'refused'; readonly httpStatus: number; readonly message: string }
  | {
      readonly kind: 'trouble';
      readonly trouble: Trouble;
      /** False: the server certainly did nothing. */
      readonly mayHaveTakenEffect: boolean;
    };

const read = (exchange: Exchange, now: EpochMs): ReadAnswer => {
  if (exchange.kind === 'no_credentials')
    return { kind: 'trouble', trouble: { code: 'credentials_missing' }, mayHaveTakenEffect: false };
  if (exchange.kind === 'no_answer') {
    const code = exchange.timedOut ? 'timed_out' : 'connection_lost';
    const { connected } = exchange;
    return { kind: 'trouble', trouble: { code: connected ? code : 'unreachable' }, mayHaveTakenEffect: connected };
  }
  const { status } = exchange;
  const notDone = troubleOfStatus(status);
  if (notDone !== undefined)
    return { kind: 'trouble', trouble: troubleOf(notDone, exchange, now), mayHaveTakenEffect: false };
  if (status >= 200 && status < 300) return { kind: 'good', answer: exchange };
  if (status >= 400 && status < 500 && status !== 408)
    return { kind: 'refused', httpStatus: status, message: apiMessage(exchange.body) };
  return { kind: 'trouble', trouble: troubleOf(uncertainCode(status), exchange, now), mayHaveTakenEffect: true };
};

const bodyOf = (exchange: Exchange): string => (exchange.kind === 'answer' ? (exchange.body ?? '') : '');

/** Statuses by which the API says that it read the lead and does not want it. */
const refusesLead: ReadonlySet<number> = new Set([400, 413, 415, 422]);

/**
 * What an exchange about a new lead means. Anything that cannot be read for certain may have created it: a 409 too, which
 * may be about the lead that this very request has created.
 */
export const createAnswer = (exchange: Exchange, now: EpochMs): CreateAnswer => {
  const reading = read(exchange, now);
  if (reading.kind === 'refused') {
    if (refusesLead.has(reading.httpStatus)) return { ...reading, isPage: isPage(bodyOf(exchange)) };
    return { kind: 'in_doubt', trouble: { code: 'unreadable_answer', httpStatus: reading.httpStatus } };
  }
  if (reading.kind === 'trouble')
    return { kind: reading.mayHaveTakenEffect ? 'in_doubt' : 'not_sent', trouble: reading.trouble };
  const { answer } = reading;
  const body = json(answer.body);
  if (saysFailure(body))
    return { kind: 'refused', httpStatus: answer.status, message: apiMessage(answer.body), isPage: false };
  const created = createdSchema.safeParse(body);
  // 202 says that it was taken, and promises nothing.
  if (!created.success || answer.status === 202)
    return { kind: 'in_doubt', trouble: troubleOf('unreadable_answer', answer, now) };
  return { kind: 'created', leadId: Array.isArray(created.data) ? created.data[0].id : created.data.id };
};

/** What an exchange about a document means. A 404 is a refusal here: the lead is not known. */
export const documentAnswer = (exchange: Exchange, now: EpochMs): DocumentAnswer => {
  if (exchange.kind === 'answer' && exchange.status === 404)
    return { kind: 'refused', httpStatus: 404, message: apiMessage(exchange.body) };
  if (exchange.kind === 'no_answer' && exchange.tooSlow === true)
    return { kind: 'too_slow', trouble: { code: 'timed_out' } };
  const reading = read(exchange, now);
  if (reading.kind === 'refused') return reading;
  if (reading.kind === 'trouble')
    return { kind: 'trouble', trouble: reading.trouble, mayBeThere: reading.mayHaveTakenEffect };
  const { answer } = reading;
  const body = json(answer.body);
  if (saysFailure(body)) return { kind: 'refused', httpStatus: answer.status, message: apiMessage(answer.body) };
  // A page of whatever stands between says nothing of the document, whichever status it has.
  const attached = attachedSchema.safeParse(body);
  if (attached.success) return { kind: 'attached', documentId: attached.data.file.id };
  return { kind: 'trouble', trouble: troubleOf('unreadable_answer', answer, now), mayBeThere: true };
};

const listSchema = z.object({
  success: z.optional(z.literal(true)),
  result: z.object({ leads: z.array(z.unknown()), count: z.optional(z.unknown()) }),
});

/** The raw leads of one page of a listing, or why there is none. A 404 says here that there is no such page. */
export const pageOf = (exchange: Exchange, now: EpochMs): PageAnswer => {
  if (exchange.kind === 'answer' && exchange.status === 404) return { kind: 'refused', httpStatus: 404 };
  const reading = read(exchange, now);
  if (reading.kind === 'trouble') return { kind: 'trouble', trouble: reading.trouble };
  if (reading.kind === 'refused') return { kind: 'refused', httpStatus: reading.httpStatus };
  const page = listSchema.safeParse(json(reading.answer.body));
  if (!page.success) return { kind: 'trouble', trouble: troubleOf('unreadable_answer', reading.answer, now) };
  const { leads, count } = page.data.result;
  return { kind: 'page', leads, count: typeof count === 'number' ? count : undefined };
};
