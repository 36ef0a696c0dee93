import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { LocalQueue } from '../../../infra/laptop/local-queue.ts';

/** How many messages could be received now. */
const waitingIn = async (queue: LocalQueue): Promise<number> => (await queue.moveTo(queue)(() => 'stays')).left;

const bodiesOf = (messages: readonly { readonly body: string }[]): string[] => messages.map(({ body }) => body);

describe('the queue of a laptop', () => {
  it('delivers a message that is not deleted again, with its count and the time of its first delivery', async () => {
    const queue = new LocalQueue({ visibilityMs: 30 });
    await queue.send(['a']);
    const [first] = await queue.receive(1);
    const seenAt = first?.firstReceivedAt;
    const [second] = await queue.receive(1);
    expect(second).toMatchObject({ body: 'a', receives: 2, firstReceivedAt: seenAt });
    queue.delete(second?.handle ?? '');
    await sleep(60);
    expect(await waitingIn(queue)).toBe(0);
  });

  it('takes the handle of an earlier delivery for nothing', async () => {
    const queue = new LocalQueue({ visibilityMs: 20 });
    await queue.send(['a']);
    const handle = (await queue.receive(1))[0]?.handle ?? '';
    await queue.receive(1);
    queue.delete(handle);
    expect(bodiesOf(await queue.receive(1))).toEqual(['a']);
    queue.close();
  });

  it('delays the next delivery for as long as it is told, in whole seconds as SQS does', async () => {
    const queue = new LocalQueue({ visibilityMs: 60_000 });
    await queue.send(['a']);
    const [message] = await queue.receive(1);
    const startedAt = performance.now();
    await queue.delayRedelivery(message?.handle ?? '', 80);
    await queue.receive(1);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(990);
  });

  it('serves its groups in turn: a small import does not wait behind a large one', async () => {
    const queue = new LocalQueue({ visibilityMs: 60_000 });
    await queue.send(['big 1', 'big 2', 'big 3', 'big 4'], 'big');
    await queue.send(['small'], 'small');
    expect(bodiesOf(await queue.receive(3))).toEqual(['big 1', 'small', 'big 2']);
  });

  it('makes a message that is received too often a dead letter, and moves it back with its group', async () => {
    const letters = new LocalQueue({ visibilityMs: 1_000 });
    const queue = new LocalQueue({ visibilityMs: 5, dead: { afterReceives: 2, letters } });
    await queue.send(['a'], 'group');
    await queue.receive(1);
    await queue.receive(1);
    while ((await waitingIn(letters)) === 0) await sleep(5);
    expect(await waitingIn(queue)).toBe(0);
    expect(await letters.moveTo(queue)((body) => ({ body, group: 'group' }))).toEqual({ taken: 1, left: 0 });
    expect((await queue.receive(1))[0]).toMatchObject({ body: 'a', receives: 1, group: 'group' });
  });

  it('ends a receive that waits when it is closed', async () => {
    const queue = new LocalQueue({ visibilityMs: 1_000 });
    const waiting = queue.receive(1);
    queue.close();
    expect(await waiting).toEqual([]);
  });
});
