import pMap from 'p-map';

/**
 * Maps items, so many at once. When one fails nothing new is begun, and the error is thrown once everything under way
 * has ended: a function that has answered is frozen, and whatever it left behind would wake up in another invocation.
 */
export const mapConcurrently = async <Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  concurrency: number,
  map: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> => {
  const underWay = new Set<Promise<Result>>();
  const tracked = (item: Item, index: number): Promise<Result> => {
    const mapped = map(item, index);
    underWay.add(mapped);
    return mapped.finally(() => underWay.delete(mapped));
  };
  try {
    return await pMap(items, tracked, { concurrency });
  } finally {
    await Promise.allSettled(underWay);
  }
};
