import type { TroubleCode } from './answers.ts';

/** What each kind of trouble means, in a sentence for a terminal and a report. */
export const troubleMessages: Readonly<Record<TroubleCode, string>> = {
  credentials_missing: 'The Leads API needs a user name and a password',
  credentials_refused: 'The Leads API refused the user name and password',
  forbidden: 'The Leads API refused access: wrong user name or password, or a firewall in front of it',
  throttled: 'The Leads API asked for fewer requests',
  unreachable: 'The Leads API cannot be reached',
  timed_out: 'The Leads API did not answer in time',
  connection_lost: 'The connection to the Leads API was lost',
  server_error: 'The Leads API returned a server error',
  unavailable: 'The Leads API is not available',
  redirected: 'The Leads API redirected to another address',
  wrong_address: 'There is no Leads API at the configured address',
  lead_not_known_yet: 'The Leads API does not know the new lead yet',
  unreadable_answer: 'The Leads API returned an answer that cannot be read',
  refused_by_page: 'Something in front of the Leads API refused the lead with a page',
  refuses_all: 'The Leads API refuses one lead after the other for the same reason',
  request_timed_out: 'The Leads API did not receive the whole request in time',
};

/** A trouble that was just met, in a sentence without its end. */
export const troubleSentence = ({
  code,
  httpStatus,
}: {
  readonly code: string;
  readonly httpStatus?: number | undefined;
}): string => `${troubleMessage(code)}${httpStatus === undefined ? '' : ` (status ${httpStatus})`}`;

/** The sentence of a code that was stored or logged; the code itself where this version does not know it. */
const troubleMessage = (code: string): string => (troubleMessages as Readonly<Record<string, string>>)[code] ?? code;
