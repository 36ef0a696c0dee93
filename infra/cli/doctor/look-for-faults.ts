import { prefixes, registerKey } from '../../../shared/bucket/keys.ts';
import { isoTime, systemClock } from '../../../shared/clock.ts';
import { troubleSentence } from '../../../shared/leads-api/trouble-messages.ts';
import { limits } from '../../../shared/limits.ts';
import { visitHeldLeads } from '../../../shared/memory/held-leads.ts';
import { readRegister, timesOf } from '../../../shared/memory/register.ts';
import { isRegisterGone } from '../../../shared/memory/register-gone.ts';
import { shellWord } from '../../../shared/words/escaping.ts';
import { bucketFile } from '../../laptop/local-bucket.ts';
import { pagesOf } from '../leads/read-leads.ts';
import { openApi } from '../places/open-api.ts';
import { at, openPlace } from '../places/open-place.ts';
import type { PlaceOptions } from '../places/place.ts';
import type { Output } from '../terminal/output.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { type Finding, fine, looked } from './finding.ts';

interface DoctorOptions extends PlaceOptions {
  readonly apiUrl?: string | undefined;
}

const leastNode = 24;

const node = (): Finding => {
  const what = `Node ${process.version}`;
  if (Number(process.versions.node.split('.')[0]) >= leastNode) return fine(what);
  return { what, wrong: `expected Node ${leastNode} or later`, mend: 'npm ci, then npm start -- doctor' };
};

/** One page of the listing: reached, let in, and how far the two clocks are apart. */
const api = async (apiUrl: string): Promise<Finding> => {
  const what = `the Leads API at ${apiUrl}`;
  const opened = await openApi({ apiUrl, state: undefined }, () => undefined);
  const { pages, close } = pagesOf(opened);
  try {
    const answer = await pages.page({}, { index: 0, size: 1 });
    if (answer.kind === 'trouble')
      return {
        what,
        wrong: troubleSentence(answer.trouble),
        mend: 'check --api-url, and the variables LUMI_USERNAME and LUMI_PASSWORD',
      };
    const aheadMs = Math.abs(pages.clockAheadMs ?? 0);
    if (aheadMs < limits.clockSkewMs) return fine(what);
    const wrong = `its clock and this machine's are ${Math.round(aheadMs / 1000)} s apart`;
    return { what, wrong, mend: "set this machine's clock: sudo timedatectl set-ntp true" };
  } finally {
    await close();
  }
};

const place = (options: DoctorOptions): Promise<Finding> => {
  const [what, mend] =
    options.stack === undefined
      ? [
          `the state directory ${options.state}`,
          'give --state the directory of an earlier import, or put its files back from a copy',
        ]
      : ['documents and reports can be listed', 'attach the policy UserPolicyArn of the stack to your user or role'];
  return looked(what, mend, async () => {
    const opened = await openPlace(options);
    for (const prefix of [prefixes.documents, prefixes.reports])
      await opened.store.list(prefix)[Symbol.asyncIterator]().next();
    opened.close();
    return fine(what);
  });
};

const dayMs = 86_400_000;
/** The longest window that a stack may have, ten years; the register knows what it has forgotten. */
const windowMs = 3_650 * dayMs;

const register = ({ stack, state }: DoctorOptions): Promise<Finding> => {
  const what = 'the register knows every import';
  const option = stack === undefined ? `--state ${shellWord(state ?? '')}` : `--stack ${stack}`;
  const mend = `put an earlier version of ${registerKey} back, or npm start -- doctor ${option} --rebuild-register`;
  return looked(what, mend, () =>
    at({ stack, state }, async ({ store }) => {
      const now = systemClock.now();
      if (await isRegisterGone(store, now, windowMs))
        return { what, wrong: `${registerKey} lacks imports that were in it`, mend };
      const latest = Math.max(...timesOf(await readRegister(store)));
      if (latest <= now + dayMs) return fine(what);
      const wrong = `its latest import is of ${isoTime(latest)}: this machine's clock was ahead then, or is behind now, and nothing is forgotten meanwhile`;
      return { what, wrong, mend: "set this machine's clock: sudo timedatectl set-ntp true" };
    }),
  );
};

/** What cannot be read of earlier imports refuses every file. */
const memory = ({ stack, state }: DoctorOptions): Promise<Finding> => {
  const what = 'what earlier imports have sent can be read';
  const mend =
    stack === undefined
      ? `put ${bucketFile} back from a copy of the state directory`
      : 'put an earlier version of that object back: aws s3api list-object-versions, aws s3api copy-object';
  return looked(what, mend, () =>
    at({ stack, state }, async ({ store }) => {
      await visitHeldLeads(store, await readRegister(store), { registered: 0, ended: 0 }, () => undefined);
      return fine(what);
    }),
  );
};

/** Looks for what is wrong with a stack or a laptop's set-up, each with what mends it; 0 where nothing is. */
export const lookForFaults = async (options: DoctorOptions, { write, say }: Output): Promise<number> => {
  const { stack, state, apiUrl, json } = options;
  if (stack === undefined && state === undefined && apiUrl === undefined)
    throw new UsageError('Expected what to look at: --stack NAME, --state DIR or --api-url URL.');
  const where = stack === undefined && state === undefined ? undefined : await place(options);
  const findings = [
    node(),
    ...(apiUrl === undefined ? [] : [await api(apiUrl)]),
    ...(where === undefined ? [] : [where]),
    ...(where === undefined || where.wrong !== undefined ? [] : [await register(options), await memory(options)]),
    ...(stack === undefined ? [] : await (await import('./stack-findings.ts')).stackFindings(stack)),
  ];
  const wrong = findings.filter((finding) => finding.wrong !== undefined);
  if (json === true) await write(findings.map((finding) => `${JSON.stringify(finding)}\n`).join(''));
  else
    for (const { what, wrong: fault, mend } of findings)
      await write(fault === undefined ? `  ok     ${what}\n` : `  WRONG  ${what}: ${fault}\n         ${mend}\n`);
  say(wrong.length === 0 ? 'Nothing is wrong.' : `${wrong.length} of ${findings.length} things are wrong.`);
  return wrong.length === 0 ? 0 : 2;
};
