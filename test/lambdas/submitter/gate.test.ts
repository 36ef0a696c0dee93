import { describe, expect, it } from 'vitest';
import { Gate } from '../../../lambdas/submitter/gate.ts';
import type { CreateAnswer, TroubleCode } from '../../../shared/leads-api/answers.ts';
import { countingChance, ManualClock } from '../../support/manual-clock.ts';

const created: CreateAnswer = { kind: 'created', leadId: 'a' };
const lost: CreateAnswer = { kind: 'in_doubt', trouble: { code: 'timed_out' } };
const notSent = (code: TroubleCode, retryAfterMs = 0): CreateAnswer => ({
  kind: 'not_sent',
  trouble: { code, retryAfterMs },
});

const aGate = () => {
  const clock = new ManualClock();
  const gate = new Gate(clock, countingChance(), { baseMs: 1_000, capMs: 60_000 });
  const pass: Gate['pass'] = (send) => gate.pass(send);
  return { clock, gate, pass };
};

describe('the gate', () => {
  it('the gate lets one lead pass alone, and the others once that is answered', async () => {
    const { pass } = aGate();
    const first = Promise.withResolvers<CreateAnswer>();
    let underWay = 0;
    const sends = [first.promise, ...Array.from({ length: 4 }, async () => created)].map((answer) =>
      pass(() => {
        underWay += 1;
        return answer;
      }),
    );
    await Promise.resolve();
    expect(underWay).toBe(1);
    first.resolve(created);
    expect(await Promise.all(sends)).toHaveLength(5);
    expect(underWay).toBe(5);
  });

  it('the gate leaves one lead in doubt, not all in flight, when the API is down', async () => {
    const { pass } = aGate();
    const answers = await Promise.all(Array.from({ length: 10 }, () => pass(async () => notSent('unavailable'))));
    expect(answers.filter((answer) => answer !== undefined)).toHaveLength(1);
  });

  it.each<TroubleCode>(['throttled', 'unavailable', 'credentials_refused', 'unreachable'])(
    'the gate pauses everything at one answer of %s, for as long as Retry-After says',
    async (code) => {
      const { gate, clock, pass } = aGate();
      await pass(async () => created);
      await pass(async () => notSent(code, 600_000));
      expect(gate.pausedForMs).toBe(600_000);
      let sent = 0;
      for (let batch = 0; batch < 2_000; batch += 1) {
        await pass(async () => {
          sent += 1;
          return created;
        });
      }
      expect(sent).toBe(0);
      clock.time += 600_000;
      expect(await pass(async () => created)).toEqual(created);
    },
  );

  it.each<[TroubleCode, number]>([
    ['unreadable_answer', 5],
    ['server_error', 1],
    ['unavailable', 1],
  ])('after %s and a lead that was found the gate lets %i pass at once', async (code, expected) => {
    const { gate, clock, pass } = aGate();
    for (let fault = 0; fault < 3; fault += 1) await pass(async () => ({ kind: 'in_doubt', trouble: { code } }));
    gate.found();
    clock.time += 60_000;
    let underWay = 0;
    const { promise, resolve } = Promise.withResolvers<CreateAnswer>();
    const sends = Array.from({ length: 5 }, () =>
      pass(() => {
        underWay += 1;
        return promise;
      }),
    );
    await Promise.resolve();
    expect(underWay).toBe(expected);
    resolve(created);
    await Promise.all(sends);
  });

  it('the gate pauses nobody for one lost answer, and everybody for three in a row', async () => {
    const { gate, pass } = aGate();
    await pass(async () => created);
    await pass(async () => lost);
    await pass(async () => lost);
    expect(gate.pausedForMs).toBe(0);
    await pass(async () => created);
    await pass(async () => lost);
    await pass(async () => lost);
    expect(gate.pausedForMs).toBe(0);
    await pass(async () => lost);
    expect(gate.pausedForMs).toBeGreaterThan(0);
  });
});
