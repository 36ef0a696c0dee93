import pMap, { pMapIterable } from 'p-map';

type Mapper<Item, Result> = (item: Item, index: number) => Promise<Result>;

/** A mapper whose calls can be waited for, whatever became of the one that failed first. */
const tracked = <Item, Result>(map: Mapper<Item, Result>) => {
  const underWay = new Set<Promise<Result>>();
  return {
    map: (item: Item, index: number): Promise<Result> => {
      const mapped = map(item, index);
      underWay.add(mapped);
      return mapped.finally(() => underWay.delete(mapped));
    },
    allEnded: () => Promise.allSettled(underWay),
  };
};

/**
 * Maps items, so many at once. When one fails nothing new is begun, and the error is thrown once everything under way
 * has ended: a function that has answered is frozen, and whatever it left behind would wake up in another invocation.
 */
export const mapConcurrently = async <Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  concurrency: number,
  map: Mapper<Item, Result>,
): Promise<Result[]> => {
  const calls = tracked(map);
  try {
    return await pMap(items, calls.map, { concurrency });
  } finally {
    await calls.allEnded();
  }
};

/**
 * Maps items ahead of whoever iterates, so many at once, and gives the results in order. However the iteration ends,
 * everything under way is waited for.
 */
export async function* mapAhead<Item, Result>(
  items: Iterable<Item>,
  concurrency: number,
  map: Mapper<Item, Result>,
): AsyncGenerator<Result> {
  const calls = tracked(map);
  try {
    yield* pMapIterable(items, calls.map, { concurrency, backpressure: concurrency }) as AsyncIterable<Result>;
  } finally {
    await calls.allEnded();
  }
}
