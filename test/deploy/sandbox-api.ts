import { faultPlan } from '../../infra/sandbox/faults.ts';
import { type Sandbox, startSandbox } from '../../infra/sandbox/sandbox.ts';
import type { PlacedApi } from './target.ts';

const username = 'partner';
export const rightCredentials = { username, password: 'right' };
export const wrongCredentials = { username, password: 'wrong' };

/** The sandbox on a port of its own, that goes down and comes back with what it knew. */
export interface SandboxApi extends PlacedApi {
  readonly url: string;
  setPassword(password: string): void;
  stop(): Promise<void>;
}

/** @param file keeps the leads while the sandbox is down */
export const startSandboxApi = async (file: string): Promise<SandboxApi> => {
  let sandbox: Sandbox | undefined = await startSandbox({ ...rightCredentials, file });
  const { url } = sandbox;
  const port = Number(new URL(url).port);
  let kept: ReturnType<PlacedApi['leads']> = [];
  const leads = (): ReturnType<PlacedApi['leads']> => {
    if (sandbox === undefined) return kept;
    const { store } = sandbox;
    const documents = Map.groupBy(store.documents(), ({ leadId }) => leadId);
    return store.all().map(({ id, payload }) => ({
      id,
      payload,
      documents: (documents.get(id) ?? []).map(({ filename }) => filename),
    }));
  };
  const stop = async (): Promise<void> => {
    kept = leads();
    await sandbox?.stop();
    sandbox = undefined;
  };
  return {
    url,
    leads,
    script: (kinds) => {
      const before = sandbox?.requests.create ?? 0;
      const faults = Object.entries(kinds).map(([number, kind]) => {
        const at = before + Number(number);
        return { operation: 'create' as const, from: at, to: at, kind };
      });
      sandbox?.setFaults(faultPlan(faults));
    },
    without: async (missing, act, script = {}) => {
      const before = sandbox?.requests.create ?? 0;
      sandbox?.setFaults((operation, number) => {
        if (operation === missing) return '500';
        return operation === 'create' ? script[number - before] : undefined;
      });
      try {
        await act();
      } finally {
        sandbox?.setFaults(faultPlan([]));
      }
    },
    goDown: stop,
    comeBack: async () => {
      sandbox = await startSandbox({ ...rightCredentials, file, port });
    },
    setPassword: (password) => sandbox?.setPassword(password),
    stop,
  };
};
