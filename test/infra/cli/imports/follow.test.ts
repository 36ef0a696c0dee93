import { expect, it } from 'vitest';
import { follow, ImportStuck } from '../../../../infra/cli/imports/follow.ts';
import { type OwnFaults, ownFaults } from '../../../../infra/cli/places/own-faults.ts';
import { DamagedState } from '../../../../shared/bucket/stored-json.ts';
import { steadyClock } from '../../../../shared/clock.ts';
import { errorFields } from '../../../../shared/log.ts';
import { MemoryStore } from '../../../support/memory-store.ts';

const importId = '20260701T000000Z-0a1b2c3d';
const other = '20260701T000001Z-00000000';
const known = { importId, prefix: 'reports/a/' };
const minuteMs = 60_000;

/** Follows an import that stands still, whose clock passes a minute at each look. */
const followed = (faultOf: OwnFaults['faultOf']) => {
  const begun = steadyClock.now();
  let looks = 0;
  const later: OwnFaults['faultOf'] = (id) => {
    looks += 1;
    if (looks > 3) throw new Error('still followed');
    return faultOf(id);
  };
  const clock = { ...steadyClock, now: () => begun + looks * minuteMs };
  return follow(
    known,
    { store: new MemoryStore(), option: '', pollMs: 0, faultOf: later, close: async () => undefined },
    () => undefined,
    clock,
  );
};

it('an import that a fault keeps from its end is followed no longer, and the line says what mends it', async () => {
  const said: string[] = [];
  const { log, faultOf } = ownFaults((line) => said.push(line));
  const damaged = new DamagedState(`state/batches/${importId}/00000.jsonl is not JSON`);
  log('message_failed', errorFields(damaged));
  log('message_failed', errorFields(damaged));
  expect(said).toHaveLength(1);
  const at = steadyClock.now() + minuteMs;
  const stuck = followed((id) => {
    const fault = faultOf(id);
    return fault && { ...fault, at };
  });
  await expect(stuck).rejects.toThrow(ImportStuck);
  await expect(stuck).rejects.toThrow(
    `The import ${importId} cannot go on: state/batches/${importId}/00000.jsonl is not JSON. Bring it back from a copy of the state directory.`,
  );
});

it('a fault before the last change, and one of another import, keep nobody from waiting', async () => {
  const { log, faultOf } = ownFaults(() => undefined);
  log('message_failed', errorFields(new DamagedState(`state/batches/${other}/00000.jsonl is not JSON`)));
  expect(faultOf(importId)).toBeUndefined();
  expect(faultOf(other)).toBeDefined();
  await expect(followed(() => ({ at: 0, text: 'healed.' }))).rejects.toThrow('still followed');
});

it('what the comparison with the list waits for is said once, and nothing while it only waits for its time', () => {
  const said: string[] = [];
  const { log, faultOf } = ownFaults((line) => said.push(line));
  log('proof_waits', { importId, waitMs: 1_000 });
  for (let attempt = 0; attempt < 2; attempt += 1) log('proof_waits', { importId, waitMs: 1_000, code: 'unreachable' });
  expect(said).toEqual(['  The comparison with lumi’s list waits: The Leads API cannot be reached.']);
  expect(faultOf(importId)).toBeUndefined();
});
