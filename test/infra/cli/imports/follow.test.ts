import { expect, it } from 'vitest';
import { follow } from '../../../../infra/cli/imports/follow.ts';
import { ImportStuck, Standstill } from '../../../../infra/cli/imports/standstill.ts';
import { type OwnFaults, ownFaults } from '../../../../infra/cli/places/own-faults.ts';
import { DamagedState } from '../../../../shared/bucket/stored-json.ts';
import { steadyClock } from '../../../../shared/clock.ts';
import { errorFields } from '../../../../shared/log.ts';
import { MemoryStore } from '../../../support/memory-store.ts';

const importId = '20260701T000000Z-0a1b2c3d';
const other = '20260701T000001Z-00000000';
const known = { importId, prefix: 'reports/a/' };
const damaged = (id: string) => errorFields(new DamagedState(`state/batches/${id}/00000.jsonl is not JSON`));

/** Follows an import that stands still, at each look half a minute later, five looks at most. */
const followed = (faultOf: OwnFaults['faultOf'], why: (look: number) => string | null = () => null) => {
  const store = new MemoryStore();
  const statuses = { created: 0, created_documents_incomplete: 0, duplicate: 0, valid: 0, unconfirmed: 0 };
  const open = { rejected: 0, failed: 0, not_sent: 0, ignored: 0 };
  const at = '2026-07-01T00:00:00.000Z';
  const told = {
    importId,
    state: 'waiting',
    rows: 3,
    statuses: { ...statuses, ...open },
    startedAt: at,
    updatedAt: at,
  };
  let looks = 0;
  const place = {
    store,
    option: '',
    pollMs: 0,
    faultOf,
    close: async () => undefined,
  };
  const get = store.get.bind(store);
  store.get = async (...asked) => {
    looks += 0.5;
    if (looks > 5) throw new Error('still followed');
    const text = JSON.stringify({ ...told, expectedEnd: null, why: why(looks) });
    await store.put(`${known.prefix}progress.json`, text);
    return get(...asked);
  };
  const begun = steadyClock.now();
  return follow(known, place, () => undefined, { now: () => begun + looks * 30_000 });
};

it('an import that a fault keeps from its end is followed no longer, and the line says what mends it', async () => {
  const said: string[] = [];
  const { log, faultOf } = ownFaults((line) => said.push(line));
  log('message_failed', damaged(importId));
  log('message_failed', damaged(importId));
  expect(said).toHaveLength(1);
  const stuck = followed(faultOf);
  await expect(stuck).rejects.toThrow(ImportStuck);
  await expect(stuck).rejects.toThrow(
    `The import ${importId} cannot go on: state/batches/${importId}/00000.jsonl is not JSON. Bring it back from a copy of the state directory.`,
  );
});

it('what went wrong once, what another import meets, and an API that is away, keep nobody from waiting', async () => {
  const { log, faultOf } = ownFaults(() => undefined);
  log('message_failed', damaged(other));
  log('message_failed', damaged(other));
  log('message_failed', damaged(importId));
  expect([faultOf(importId), typeof faultOf(other)]).toEqual([undefined, 'string']);
  await expect(followed(faultOf)).rejects.toThrow('still followed');
  log('message_failed', damaged(importId));
  await expect(followed(faultOf, (look) => `The next try is number ${look}.`)).rejects.toThrow('still followed');
  await expect(followed(faultOf)).rejects.toThrow(ImportStuck);
  await expect(followed(faultOf, () => 'It was waiting once.')).rejects.toThrow(ImportStuck);
});

it('an import that gets on is not stuck, whatever goes wrong beside it', () => {
  let now = 0;
  const standstill = new Standstill(known, { faultOf: () => 'disk full.', option: '' }, { now: () => now });
  for (let rows = 0; rows < 5; rows += 1) {
    standstill.look(`sending ${rows}`);
    now += 29_000;
  }
  standstill.look('sending 4');
  now += 1_000;
  expect(() => standstill.look('sending 4')).toThrow('cannot go on: disk full.');
});

it('what the comparison with the list waits for is said once, and nothing while it only waits for its time', () => {
  const said: string[] = [];
  const { log, faultOf } = ownFaults((line) => said.push(line));
  log('proof_waits', { importId, waitMs: 1_000 });
  for (let attempt = 0; attempt < 2; attempt += 1) log('proof_waits', { importId, waitMs: 1_000, code: 'unreachable' });
  expect(said).toEqual(['  The comparison with lumi’s list waits: The Leads API cannot be reached.']);
  expect(faultOf(importId)).toBeUndefined();
});
