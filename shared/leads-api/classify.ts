import { z } from 'zod';
import type { EpochMs } from '../clock.ts';
import { leadIdSchema } from '../lead/lead-id.ts';
import type { CreateAnswer, DocumentAnswer, Trouble } from './answers.ts';

/** An HTTP answer as far as it arrived: `body` is undefined where it broke off. */
export interface HttpAnswer {
  readonly kind: 'answer';
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: string | undefined;
}

/** No answer. `connected` false: the request never left, as the connection was never made. */
export interface NoAnswer {
  readonly kind: 'no_answer';
  readonly connected: boolean;
  readonly timedOut: boolean;
}

export type Exchange = HttpAnswer | NoAnswer;

const maxRetryAfterMs = 24 * 3_600_000;

/** `Retry-After` in seconds or as a date, as RFC 9110 has it; undefined where it is neither. Bounded to a day. */
export const retryAfterMs = (header: string | undefined, now: EpochMs): number | undefined => {
  if (header === undefined) return undefined;
  const ms = /^\s*\d+(\.\d+)?\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), maxRetryAfterMs);
};

const json = (text: string | undefined): unknown => {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
};

const createdSchema = z.union([z.tuple([z.object({ id: leadIdSchema })]), z.object({ id: leadIdSchema })]);
const attachedSchema = z.object({
  file: z.object({ id: z.union([z.string().min(1).max(200), z.int().transform(String)]) }),
});
/** What an answer says of itself, whatever its status. */
const failureSchema = z.object({ success: z.literal(false) });

/** The API's words about a refusal, on one line and short enough for a cell. */
const wordsOf = (body: string | undefined): string => {
  const parsed = json(body);
  const record = typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  const named = record['message'] ?? record['error'] ?? record['errors'];
  const words = typeof named === 'string' ? named : named === undefined ? (body ?? '') : JSON.stringify(named);
  return words.replaceAll(/\s+/g, ' ').trim().slice(0, 500);
};

/** Statuses by which a server says that it did not act, for a reason that is not the row's. */
const troubleOfStatus = (status: number): Trouble['code'] | undefined => {
  if (status === 401 || status === 403 || status === 407) return 'credentials_refused';
  if (status === 429 || status === 425) return 'throttled';
  if (status === 404 || status === 405) return 'wrong_address';
  if (status === 301 || status === 307 || status === 308) return 'redirected';
  return undefined;
};

const noAnswerTrouble = (exchange: NoAnswer): Trouble => {
  if (!exchange.connected) return { code: 'unreachable' };
  return { code: exchange.timedOut ? 'timed_out' : 'connection_lost' };
};

const answerTrouble = (code: Trouble['code'], answer: HttpAnswer, now: EpochMs): Trouble => {
  const wait = retryAfterMs(answer.retryAfter, now);
  return { code, httpStatus: answer.status, ...(wait !== undefined && { retryAfterMs: wait }) };
};

/** A status that leaves open what the server did. */
const uncertainCode = (status: number): Trouble['code'] => {
  if (status === 408) return 'request_timed_out';
  return status >= 500 ? 'server_error' : 'unreadable_answer';
};

/**
 * The trouble that stands in the way of an answer, or undefined where the server answered the question itself.
 * `acted` false: the server certainly did nothing.
 */
const troubleOf = (
  exchange: Exchange,
  now: EpochMs,
): { readonly trouble: Trouble; readonly acted: boolean } | undefined => {
  if (exchange.kind === 'no_answer') return { trouble: noAnswerTrouble(exchange), acted: exchange.connected };
  const refused = troubleOfStatus(exchange.status);
  if (refused !== undefined) return { trouble: answerTrouble(refused, exchange, now), acted: false };
  const definitive = exchange.status >= 400 && exchange.status < 500 && exchange.status !== 408;
  const good = exchange.status >= 200 && exchange.status < 300;
  if (definitive || good) return undefined;
  return { trouble: answerTrouble(uncertainCode(exchange.status), exchange, now), acted: true };
};

/** What an exchange about a new lead means. Anything that cannot be read for certain may have created it. */
export const createAnswer = (exchange: Exchange, now: EpochMs): CreateAnswer => {
  const inTheWay = troubleOf(exchange, now);
  if (inTheWay !== undefined) return { kind: inTheWay.acted ? 'maybe_sent' : 'not_sent', trouble: inTheWay.trouble };
  const answer = exchange as HttpAnswer;
  if (answer.status >= 400) return { kind: 'refused', httpStatus: answer.status, words: wordsOf(answer.body) };
  const created = createdSchema.safeParse(json(answer.body));
  if (!created.success) return { kind: 'maybe_sent', trouble: answerTrouble('unreadable_answer', answer, now) };
  return { kind: 'created', leadId: Array.isArray(created.data) ? created.data[0].id : created.data.id };
};

/** What an exchange about a document means. A 404 is a refusal here: the lead is not known. */
export const documentAnswer = (exchange: Exchange, now: EpochMs): DocumentAnswer => {
  if (exchange.kind === 'answer' && exchange.status === 404) {
    return { kind: 'refused', httpStatus: 404, words: wordsOf(exchange.body) };
  }
  const inTheWay = troubleOf(exchange, now);
  if (inTheWay !== undefined) return { kind: 'trouble', trouble: inTheWay.trouble };
  const answer = exchange as HttpAnswer;
  if (answer.status >= 400) return { kind: 'refused', httpStatus: answer.status, words: wordsOf(answer.body) };
  if (failureSchema.safeParse(json(answer.body)).success) {
    return { kind: 'refused', httpStatus: answer.status, words: wordsOf(answer.body) };
  }
  // A good status means that the document is there: sending it again for want of an id would only attach it twice.
  const attached = attachedSchema.safeParse(json(answer.body));
  return { kind: 'attached', documentId: attached.success ? attached.data.file.id : 'unknown' };
};

const listSchema = z.object({
  success: z.literal(true).optional(),
  result: z.object({ leads: z.array(z.unknown()), count: z.unknown().optional() }),
});

/** The raw leads of one page of a listing, or what stands in the way. */
export const pageOf = (
  exchange: Exchange,
  now: EpochMs,
): { readonly leads: readonly unknown[]; readonly count: number } | { readonly trouble: Trouble } => {
  const inTheWay = troubleOf(exchange, now);
  if (inTheWay !== undefined) return { trouble: inTheWay.trouble };
  const answer = exchange as HttpAnswer;
  const page = listSchema.safeParse(json(answer.body));
  if (answer.status < 400 && page.success) {
    const { leads, count } = page.data.result;
    return { leads, count: typeof count === 'number' ? count : leads.length };
  }
  return { trouble: answerTrouble('unreadable_answer', answer, now) };
};
