import type { ObjectStore } from '../../shared/bucket/object-store.ts';

/**
 * How an invocation fails at a call: `dies` is the end of it, before or after the call took effect; `throws` is an error
 * of that one call, after which the invocation may still tidy up.
 */
export const failures = ['dies before', 'dies after', 'throws before', 'throws after'] as const;
export type Failure = (typeof failures)[number];

/** A store whose so-many-th call fails. */
export const failingStore = (
  store: ObjectStore,
  failAt: number,
  failure: Failure,
): { store: ObjectStore; calls: () => number } => {
  let calls = 0;
  const guarded = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    calls += 1;
    const dead = calls > failAt && failure.startsWith('dies');
    if (calls !== failAt && !dead) return call();
    if (calls === failAt && failure.endsWith('after')) await call();
    throw new Error('the call failed');
  };
  return {
    calls: () => calls,
    store: {
      get: (...given) => guarded(() => store.get(...given)),
      head: (...given) => guarded(() => store.head(...given)),
      put: (...given) => guarded(() => store.put(...given)),
      upload: (...given) => guarded(() => store.upload(...given)),
      list: (...given) => store.list(...given),
    },
  };
};
