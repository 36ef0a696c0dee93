import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach } from 'vitest';
import { leadsApi } from '../../shared/leads-api/client.ts';
import type { Credentials } from '../../shared/leads-api/credentials.ts';
import { openHttp } from '../../shared/leads-api/http.ts';
import { unpaced } from '../../shared/leads-api/paced.ts';
import { countingChance, ManualClock } from './manual-clock.ts';

/** A request as it arrived. */
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
export const serve = async (
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

/** The client of the API at this address, with a clock that stands still. */
export const clientOf = (
  url: string,
  credentials: () => Credentials | undefined = () => ({ username: 'ü', password: 'p:w' }),
) => {
  const http = openHttp(new URL(url), 2, 300);
  closing.unshift(() => http.close());
  const clock = new ManualClock();
  return leadsApi({
    http,
    credentials: { read: async () => credentials() },
    paced: unpaced,
    clock,
    chance: countingChance(),
    documentEncoding: 'base64',
  });
};

/** Answers with JSON. */
export const json = (
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
};
