import type { TroubleCode } from './answers.ts';

/** What stands in the way, in words for a terminal and a report. */
export const troubleWords: Readonly<Record<TroubleCode, string>> = {
  credentials_missing: 'The Leads API needs a user name and a password',
  credentials_refused: 'The Leads API refuses the user name and password',
  throttled: 'The Leads API asks for fewer requests',
  unreachable: 'The Leads API cannot be reached',
  timed_out: 'The Leads API does not answer in time',
  connection_lost: 'The connection to the Leads API broke',
  server_error: 'The Leads API has trouble of its own',
  redirected: 'The Leads API points to another address',
  wrong_address: 'There is no Leads API at the configured address',
  unreadable_answer: 'The Leads API gave an answer that cannot be read',
  request_timed_out: 'The Leads API did not wait for the request',
};

/** The words of a code that was kept or logged; the code itself where this version does not know it. */
export const wordsOfTrouble = (code: string): string =>
  (troubleWords as Readonly<Record<string, string>>)[code] ?? code;
