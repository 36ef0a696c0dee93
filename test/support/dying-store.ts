import type { ObjectStore } from '../../shared/aws/object-store.ts';

/** A store whose so-many-th call never comes back: the invocation dies there, before or after the call took effect. */
export const dyingStore = (
  store: ObjectStore,
  dieAt: number,
  takesEffect: boolean,
): { store: ObjectStore; calls: () => number } => {
  let calls = 0;
  const dies = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    calls += 1;
    if (calls !== dieAt) return call();
    if (takesEffect) await call();
    throw new Error('the invocation died');
  };
  return {
    calls: () => calls,
    store: {
      get: (...given) => dies(() => store.get(...given)),
      head: (...given) => dies(() => store.head(...given)),
      put: (...given) => dies(() => store.put(...given)),
      upload: (...given) => dies(() => store.upload(...given)),
      list: (...given) => store.list(...given),
    },
  };
};
