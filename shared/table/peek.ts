/** Takes items until `enough`, and gives them back together with an iteration that starts again at the first. */
export const peek = async <Item>(items: AsyncIterable<Item>, enough: (taken: readonly Item[]) => boolean) => {
  const iterator = items[Symbol.asyncIterator]();
  const taken: Item[] = [];
  let done = false;
  while (!done && !enough(taken)) {
    const next = await iterator.next();
    if (next.done === true) done = true;
    else taken.push(next.value);
  }
  async function* all(): AsyncGenerator<Item> {
    try {
      yield* taken;
      if (!done) yield* { [Symbol.asyncIterator]: () => iterator };
    } finally {
      await iterator.return?.();
    }
  }
  return { taken, all: all(), close: async () => void (await iterator.return?.()) };
};

/** Of pieces of a text or of bytes, together. */
export const lengthOf = (items: readonly { readonly length: number }[]): number =>
  items.reduce((sum, item) => sum + item.length, 0);
