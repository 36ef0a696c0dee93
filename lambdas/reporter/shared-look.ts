import pLimit from 'p-limit';

/** Looks at something on behalf of all who ask for it. */
export type SharedLook = (what: string, look: () => Promise<void>) => Promise<void>;

/**
 * One look after the other. Whoever asks for something that is not looked at yet shares the look that is to come: it will
 * see what they tell of. So a hundred notifications of one import that are delivered at once cost one look or two, and
 * where it fails all of them come back.
 */
export const sharedLooks = (): SharedLook => {
  const oneAtATime = pLimit(1);
  const toCome = new Map<string, Promise<void>>();
  return (what, look) => {
    const known = toCome.get(what);
    if (known !== undefined) return known;
    const shared = oneAtATime(() => {
      toCome.delete(what);
      return look();
    });
    toCome.set(what, shared);
    return shared;
  };
};
