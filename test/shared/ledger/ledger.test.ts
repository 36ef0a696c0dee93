import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Lead } from '../../../shared/lead/lead.ts';
import { fingerprintOf } from '../../../shared/ledger/fingerprint.ts';
import { encodeFingerprint, type LeadEntry, visitFingerprints } from '../../../shared/ledger/fingerprint-file.ts';
import { FingerprintTable } from '../../../shared/ledger/fingerprint-table.ts';
import type { Holder } from '../../../shared/ledger/held-leads.ts';
import { acquireLease, type LeaseRequest, readJournal, releaseLease } from '../../../shared/ledger/lease.ts';
import { packReleased, releasedBatches } from '../../../shared/ledger/manifest.ts';
import { enterRegister, readRegister } from '../../../shared/ledger/register.ts';
import { MemoryStore } from '../../support/memory-store.ts';

const importId = '20261123T032500Z-1a2b3c4d';

async function* cut(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('a fingerprint', () => {
  it('a fingerprint ignores the case of the e-mail address and includes every value', () => {
    const lead = { customer: { first_name: 'Ava', email: 'Ava@example.com' }, loan: { requested_amount: 1 } };
    const same = { customer: { first_name: 'Ava', email: 'ava@example.com' }, loan: { requested_amount: 1 } };
    expect(fingerprintOf(lead)).toEqual(fingerprintOf(same));
    expect(fingerprintOf({ ...same, loan: { requested_amount: 2 } }).lead).not.toEqual(fingerprintOf(same).lead);
    expect(fingerprintOf({ ...same, company: { website: 'a.example' } }).lead).not.toEqual(fingerprintOf(same).lead);
    expect(fingerprintOf({ ...same, company: { website: 'a.example' } }).visible).toEqual(fingerprintOf(same).visible);
  });
});

/** As the first version of the importer computed them: a lead that it sent must be known for ever. */
const known = [
  {
    lead: { customer: { first_name: 'Ava', email: 'Ava@Example.com' } },
    fingerprint: { lead: '17700039707870c557b77a87ad8b55f8', visible: '291570a5149109d6' },
  },
  {
    lead: {
      customer: {
        first_name: '  Zoë ',
        last_name: 'O’Brien  Smith',
        email: 'Zoe+1@Example.com',
        phone: '0412345678',
        date_of_birth: '1985-02-03',
        address: { street_number: 12, street: 'Högatan', postcode: '0800', state: 'NT' },
        credit_score: 700,
        drivers_license_number: '00A1',
        drivers_license_state: 'NSW',
      },
      company: {
        name: 'Bäckerei & Söhne',
        abn: 51_824_753_556,
        industry: 'Food',
        average_monthly_turnover: 12_345.67,
        website: 'a.example',
      },
      loan: {
        requested_amount: 50_000.5,
        installments: 24,
        notes: 'one\ntwo\t"three"',
        reason_for_loan: ['Working Capital', 'Equipment'],
      },
    },
    fingerprint: { lead: 'efa039ae5fd3fd68fbecd34ef5c9ee09', visible: '53c764a5f1851c4c' },
  },
] as const;

it.each(known)('a fingerprint is that of the first version: $fingerprint.lead', ({ lead, fingerprint }) => {
  expect(fingerprintOf(lead as unknown as Lead)).toEqual(fingerprint);
});

describe('a fingerprint file', () => {
  it('a fingerprint file is read back the same however its bytes are cut', async () => {
    const record = fc.record({
      lead: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes)),
      visible: fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
      line: fc.nat(),
      leadId: fc.constantFrom('', '5b3c41aa9e8dec24a3117b3c', 'ü'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(record, { maxLength: 20 }), fc.integer({ min: 1, max: 70 }), async (records, size) => {
        const bytes = Buffer.concat(records.map(encodeFingerprint));
        const read: LeadEntry[] = [];
        await visitFingerprints(cut(bytes, size), (each) =>
          read.push({ ...each, lead: Buffer.from(each.lead), visible: Buffer.from(each.visible) }),
        );
        expect(read).toEqual(records);
      }),
    );
  });

  it('a fingerprint file that ends inside an entry is an error, never a shorter file', async () => {
    const bytes = encodeFingerprint({ lead: Buffer.alloc(16), visible: Buffer.alloc(8), line: 1, leadId: 'abc' });
    const read = visitFingerprints(cut(bytes.subarray(0, -1), 5), () => {});
    await expect(read).rejects.toThrow('ends inside an entry');
  });
});

describe('a fingerprint table', () => {
  const holder = (number: number): Holder => ({ importId: `import ${number}`, source: 'incoming/a.csv', ended: true });
  const print = (lead: number, visible = lead) => {
    const hex = (number: number, length: number): string => number.toString(16).padStart(length, '0');
    // The same first four bytes: every one of them collides in the table.
    return { lead: hex(lead, 32), visible: hex(visible, 16) };
  };
  /** An entry of a fingerprint file. */
  const entry = (lead: number, line: number, leadId: string): LeadEntry => ({
    lead: Buffer.from(print(lead).lead, 'hex'),
    visible: Buffer.from(print(lead).visible, 'hex'),
    line,
    leadId,
  });

  it('a fingerprint table knows the first row of each lead, its twins and the earlier import, despite collisions', () => {
    const table = new FingerprintTable();
    for (let lead = 1; lead <= 500; lead += 1) expect(table.add(print(lead, lead % 499), lead + 1)).toBe(true);
    expect(table.add(print(7), 900)).toBe(false);
    expect(table.firstLine(print(7).lead)).toBe(8);
    expect(table.hasTwin(print(1).visible)).toBe(true);
    expect(table.hasTwin(print(2).visible)).toBe(false);
    table.noteEarlier(entry(9_999, 44, 'unknown'), holder(3));
    expect(table.hasUnclaimed).toBe(false);
    table.noteEarlier(entry(9, 44, 'id-9'), holder(3));
    expect(table.earlierOf(print(9).lead)).toEqual({ holder: holder(3), line: 44, leadId: 'id-9' });
    expect(table.earlierOf(print(10).lead)).toBeUndefined();
    expect(table.hasUnclaimed).toBe(true);
    expect([...table.encoded()]).toHaveLength(500);
    expect([...table.encoded('claimed')]).toHaveLength(499);
  });

  it.each([
    {
      when: 'both created it',
      notes: [
        [5, 'b'],
        [3, 'a'],
        [7, 'c'],
      ] as const,
      best: 3,
    },
    {
      when: 'neither is known to have created it',
      notes: [
        [5, ''],
        [3, ''],
        [7, ''],
      ] as const,
      best: 3,
    },
    {
      when: 'the later one created it',
      notes: [
        [5, ''],
        [7, 'c'],
        [3, ''],
      ] as const,
      best: 7,
    },
  ])('of several imports that hold a lead a fingerprint table names the best one when $when', ({ notes, best }) => {
    for (const order of [notes, notes.toReversed()]) {
      const table = new FingerprintTable();
      table.add(print(1), 2);
      for (const [number, leadId] of order) table.noteEarlier(entry(1, number, leadId), holder(number));
      expect(table.earlierOf(print(1).lead)?.line).toBe(best);
    }
  });

  it('a fingerprint table keeps every lead while it grows', () => {
    const table = new FingerprintTable();
    const leadOf = (number: number) => hash('sha256', `lead ${number}`).slice(0, 32);
    const visibleOf = (number: number) => hash('sha256', `visible ${number}`).slice(0, 16);
    const add = (number: number) => table.add({ lead: leadOf(number), visible: visibleOf(number % 4_999) }, number);
    for (let number = 1; number <= 5_000; number += 1) expect(add(number)).toBe(true);
    for (let number = 1; number <= 5_000; number += 1) expect(add(number)).toBe(false);
    const lines = Array.from({ length: 5_000 }, (_, index) => table.firstLine(leadOf(index + 1)));
    expect(lines).toEqual(Array.from({ length: 5_000 }, (_, index) => index + 1));
    expect(table.hasTwin(visibleOf(1))).toBe(true);
    expect(table.hasTwin(visibleOf(2))).toBe(false);
  });
});

describe('the register', () => {
  const nothing = { entries: [], merged: [] };
  const day = 86_400_000;
  const now = Date.parse('2026-11-23T00:00:00Z');
  const entry = (number: number) => ({
    importId: `20261123T03250${number}Z-1a2b3c4d`,
    source: `incoming/${number}.csv`,
    digest: 'd',
  });

  it('the register puts imports that come at once into one total order', async () => {
    const store = new MemoryStore();
    const registrations = await Promise.all(
      [1, 2, 3, 4].map((number) => enterRegister(store, entry(number), now, 30 * day)),
    );
    const counts = registrations.map((one) => (one.kind === 'entered' ? one.earlier.entries.length : -1));
    expect(counts.toSorted()).toEqual([0, 1, 2, 3]);
    expect((await readRegister(store)).entries).toHaveLength(4);
  });

  it('the register gives an import the same place again, and says when it comes with other leads', async () => {
    const store = new MemoryStore();
    await enterRegister(store, entry(1), now, 30 * day);
    await enterRegister(store, entry(2), now, 30 * day);
    expect(await enterRegister(store, entry(1), now + 1, 30 * day)).toEqual({ kind: 'entered', earlier: nothing });
    expect(await enterRegister(store, { ...entry(1), digest: 'other' }, now, 30 * day)).toEqual({ kind: 'changed' });
  });

  it('the register recognises its own write when the answer says that it failed', async () => {
    const store = new MemoryStore();
    const put = store.put.bind(store);
    let lied = false;
    store.put = async (...given) => {
      const written = await put(...given);
      if (lied) return written;
      lied = true;
      return { kind: 'exists' };
    };
    expect(await enterRegister(store, entry(1), now, 30 * day)).toEqual({ kind: 'entered', earlier: nothing });
    expect((await readRegister(store)).entries).toHaveLength(1);
  });

  it('the register forgets imports that are older than the window', async () => {
    const store = new MemoryStore();
    await enterRegister(store, entry(1), now - 31 * day, 30 * day);
    expect(await enterRegister(store, entry(2), now, 30 * day)).toEqual({ kind: 'entered', earlier: nothing });
    expect((await readRegister(store)).entries).toHaveLength(1);
  });
});

describe('a lease', () => {
  const acquire = async (store: MemoryStore, request: Omit<LeaseRequest, 'stored'>) =>
    acquireLease(store, { ...request, stored: await readJournal(store, request) }, beginning);
  const attempt = (owner: string, now: number, sends = true) => ({
    importId,
    batch: 0,
    owner,
    now,
    deadline: now + 1_000,
    sends,
  });
  const beginning = [{ state: 'unsent', tries: 0 } as const];

  it('a lease has one holder at a time', async () => {
    const store = new MemoryStore();
    const answers = await Promise.all(['a', 'b', 'c'].map((owner) => acquire(store, attempt(owner, 1_000))));
    expect(answers.filter(({ kind }) => kind === 'acquired')).toHaveLength(1);
  });

  it('a lease outlives its invocation, and the next holder finds its rows in doubt', async () => {
    const store = new MemoryStore();
    await acquire(store, attempt('a', 1_000));
    expect(await acquire(store, attempt('b', 2_001))).toMatchObject({ kind: 'held' });
    const later = await acquire(store, attempt('b', 100_000));
    expect(later).toMatchObject({
      kind: 'acquired',
      lease: { journal: { attempt: 2, firstAttemptAt: 1_000, states: [{ state: 'in_doubt', tries: 1 }] } },
    });
  });

  it('an expired lease of an attempt that sends nothing leaves unsent rows unsent', async () => {
    const store = new MemoryStore();
    await acquire(store, attempt('a', 1_000, false));
    expect(await acquire(store, attempt('b', 100_000))).toMatchObject({
      kind: 'acquired',
      lease: { after: 'idle_expiry', journal: { states: [{ state: 'unsent', tries: 0 }] } },
    });
  });

  it('a released lease leaves unsent rows unsent', async () => {
    const store = new MemoryStore();
    const first = await acquire(store, attempt('a', 1_000));
    if (first.kind !== 'acquired') throw new Error('not acquired');
    expect(await releaseLease(store, first.lease, { states: [{ state: 'unsent', tries: 1 }] })).toBe('released');
    expect(await acquire(store, attempt('b', 1_500))).toMatchObject({
      kind: 'acquired',
      lease: { journal: { states: [{ state: 'unsent', tries: 1 }] } },
    });
  });

  it('what a lease that ran out leaves in doubt may have been sent from its beginning to its very end', async () => {
    const store = new MemoryStore();
    const first = await acquire(store, attempt('a', 1_000));
    if (first.kind !== 'acquired') throw new Error('not acquired');
    const { leasedAt, leaseUntil } = first.lease.journal;
    expect(leaseUntil).toBeGreaterThan(leasedAt);
    const second = await acquire(store, attempt('b', leaseUntil + 1));
    if (second.kind !== 'acquired') throw new Error('not acquired');
    expect(second.lease.journal.states[0]).toMatchObject({ state: 'in_doubt', sentAt: leasedAt, until: leaseUntil });
  });

  it('a lease that was taken over cannot be released by its old holder', async () => {
    const store = new MemoryStore();
    const first = await acquire(store, attempt('a', 1_000));
    if (first.kind !== 'acquired') throw new Error('not acquired');
    await acquire(store, attempt('b', 100_000));
    expect(await releaseLease(store, first.lease, { states: [] })).toBe('lost');
  });

  it('the holder recognises its own lease when the answer says that the write failed', async () => {
    const store = new MemoryStore();
    const put = store.put.bind(store);
    store.put = async (...given) => {
      await put(...given);
      return { kind: 'exists' };
    };
    expect(await acquire(store, attempt('a', 1_000))).toMatchObject({ kind: 'acquired' });
  });
});

it('the released batches of a manifest come back', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 100 }), (flags) => {
      const manifest = { released: packReleased(flags), batches: flags.length };
      expect(releasedBatches(manifest)).toEqual(flags.flatMap((flag, batch) => (flag ? [batch] : [])));
    }),
  );
});
