import { join } from 'node:path';
import { readBaseUrl } from '../../../shared/leads-api/base-url.ts';
import { UsageError } from '../terminal/usage-error.ts';
import type { ImportPlan } from './import-plan.ts';

/** Whether an address is another machine's, and not a test's on this one. */
export const isRealApi = (apiUrl: string | undefined): apiUrl is string => apiUrl?.startsWith('https:') === true;

/** @throws UsageError where an address cannot be used */
export const readApiUrl = (text: string | undefined): string | undefined => {
  const address = text === undefined ? undefined : readBaseUrl(text);
  if (address !== undefined && 'fault' in address) throw new UsageError(`--api-url: ${address.fault}.`);
  return text;
};

/** The Leads API that a command talks to. */
export interface Api {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly listingSettleMs?: number;
  /** How long after its sending a request of a killed process may take effect; the sandbox ends with the process. */
  readonly lateCommitMs?: number;
  stop(): Promise<void>;
}

/** What the built-in sandbox keeps in a state directory. */
export const sandboxFile = 'sandbox.sqlite';

/** For tests of the command line: a real API is given the settle time of the cloud. */
const shorterSettleTime = () => {
  const { LISTING_SETTLE_MS: listingSettleMs } = process.env;
  if (listingSettleMs === undefined) return {};
  return { listingSettleMs: Number(listingSettleMs), lateCommitMs: Number(listingSettleMs) };
};

/** The API at `--api-url`; without one the built-in sandbox, with what a state directory has kept of it. */
export const openApi = async (
  { apiUrl, state }: Pick<ImportPlan, 'apiUrl' | 'state'>,
  say: (line: string) => void,
): Promise<Api> => {
  if (apiUrl === undefined) {
    const credentials = { username: 'sandbox', password: 'sandbox' };
    const file = state === undefined ? undefined : join(state, sandboxFile);
    const { startSandbox } = await import('../../sandbox/sandbox.ts');
    const sandbox = await startSandbox({ ...credentials, file });
    say(`No --api-url: talking to the built-in sandbox at ${sandbox.url}. Nothing leaves this machine.`);
    return { ...credentials, url: sandbox.url, listingSettleMs: 1_000, lateCommitMs: 0, stop: () => sandbox.stop() };
  }
  const { LUMI_USERNAME: username, LUMI_PASSWORD: password } = process.env;
  if (!username || !password)
    throw new UsageError('--api-url needs the credentials in the variables LUMI_USERNAME and LUMI_PASSWORD.');
  return { url: apiUrl, username, password, ...shorterSettleTime(), stop: async () => {} };
};
