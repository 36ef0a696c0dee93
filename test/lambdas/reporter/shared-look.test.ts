import { expect, it } from 'vitest';
import { sharedLooks } from '../../../lambdas/reporter/shared-look.ts';

it('who asks for an import before its look begins shares it, and who asks while it runs gets one of their own', async () => {
  const sharedLook = sharedLooks();
  let looks = 0;
  let told = 0;
  const seen: number[] = [];
  const look = async (): Promise<void> => {
    looks += 1;
    seen.push(told);
    await Promise.resolve();
  };
  const ask = (): Promise<void> => {
    told += 1;
    return sharedLook('a', look);
  };
  await Promise.all(Array.from({ length: 100 }, ask));
  expect(looks).toBeLessThanOrEqual(2);
  // The last look saw all that was told.
  expect(seen.at(-1)).toBe(100);
  await ask();
  expect(seen.at(-1)).toBe(101);
});

it('who asks while a look runs is not answered by it: it may have looked before what they tell of', async () => {
  const sharedLook = sharedLooks();
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const looks: string[] = [];
  const first = sharedLook('a', async () => {
    looks.push('first');
    begin();
    await mayEnd;
  });
  await begun;
  const second = sharedLook('a', async () => void looks.push('second'));
  end();
  await Promise.all([first, second]);
  expect(looks).toEqual(['first', 'second']);
});

it('a look that fails fails for all who share it, and the next one is made', async () => {
  const sharedLook = sharedLooks();
  const fail = async (): Promise<void> => {
    throw new Error('no answer');
  };
  const asked = [sharedLook('a', fail), sharedLook('a', fail), sharedLook('b', async () => undefined)];
  expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  await expect(sharedLook('a', async () => undefined)).resolves.toBeUndefined();
});
