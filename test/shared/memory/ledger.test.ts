import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Lead } from '../../../shared/lead/lead.ts';
import { fingerprintOf } from '../../../shared/memory/fingerprint.ts';
import {
  encodeFingerprint,
  fingerprintFileHead,
  type LeadEntry,
  visitFingerprints,
} from '../../../shared/memory/fingerprint-file.ts';
import { enterRegister, readRegister } from '../../../shared/memory/register.ts';
import { packReleased, releasedBatches } from '../../../shared/state/manifest.ts';
import { MemoryStore } from '../../support/memory-store.ts';

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

  const lookAlikes = [
    ['José', 'Jose\u0301'],
    ["O'Brien", 'O’Brien'],
    ['O`Brien', 'OʼBrien'],
    ['Smith-Jones', 'Smith\u2011Jones'],
    ['Smith-Jones', 'SMITH–JONES'],
    ['Mary Ann', 'Mary\u00a0Ann'],
    ['Mary Ann', 'Mary  Ann'],
    ['Mary Ann', 'Mary\nAnn'],
    ['Mary Ann', 'Mary\u202fAnn'],
    ['Mira', 'Mi\u200bra'],
    ['Mira', '\ufeffMira'],
    ['Acme Pty Ltd', 'ACME PTY LTD'],
    ['Straße', 'STRASSE'],
    ['ﬁne', 'fine'],
    ['ΟΔΟΣ', 'οδος'],
  ] as const;
  it.each(lookAlikes)('what looks the same is the same lead: %j and %j', (one, other) => {
    const leadOf = (name: string): Lead => ({
      customer: { last_name: name },
      company: { name },
      loan: { notes: name },
    });
    expect(fingerprintOf(leadOf(one))).toEqual(fingerprintOf(leadOf(other)));
    expect(fingerprintOf(leadOf(one))).not.toEqual(fingerprintOf(leadOf(`${other}x`)));
  });

  it('the text of a lead is folded the same with and without the short way', () => {
    fc.assert(
      fc.property(
        fc.string().map((text) => text.trim()),
        (text) => {
          // An apostrophe that only the long way can fold makes the other lead take it.
          const [short, long] = [
            { name: "o'x", website: text },
            { name: 'o’x', website: text },
          ];
          expect(fingerprintOf({ company: short })).toEqual(fingerprintOf({ company: long }));
        },
      ),
    );
  });

  it('a core is the person, the company, the amount and the instalments, and nothing else', () => {
    const lead = {
      customer: { first_name: 'Ava', last_name: 'Lee', email: 'ava@example.com', phone: '0412345678' },
      company: { abn: 51_824_753_556 },
      loan: { requested_amount: 1, installments: 12 },
    };
    const { core } = fingerprintOf(lead);
    const { customer, company, loan } = lead;
    const same: Lead[] = [
      { ...lead, loan: { ...loan, notes: 'other' } },
      { ...lead, customer: { ...customer, date_of_birth: '1985-03-27' } },
      { ...lead, company: { ...company, name: 'Acme' } },
      { ...lead, customer: { ...customer, last_name: 'LEE' } },
    ];
    const others: Lead[] = [
      { ...lead, loan: { ...loan, installments: 24 } },
      { ...lead, loan: { ...loan, requested_amount: 2 } },
      { ...lead, company: { abn: 53_004_085_616 } },
      { ...lead, customer: { ...customer, phone: '0412345679' } },
      { ...lead, customer: { ...customer, email: 'ava2@example.com' } },
      { ...lead, customer: { ...customer, last_name: 'Leeds' } },
      { ...lead, customer: { ...customer, first_name: 'Av', last_name: 'aLee' } },
    ];
    expect(same.map((each) => fingerprintOf(each).core)).toEqual(same.map(() => core));
    for (const each of others) expect(fingerprintOf(each).core).not.toBe(core);
  });
});

/** As release 0.2.0 computes them: a lead that it sent must be known for ever. */
const known = [
  {
    lead: { customer: { first_name: 'Ava', email: 'Ava@Example.com' } },
    fingerprint: { lead: 'cd7a1ecf15b4dd97a758152708e6e01c', visible: '291570a5149109d6', core: 'ab1da194133bd9c9' },
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
    fingerprint: { lead: 'a63a05b679feccc609e66dadd160c398', visible: '356a853b3dbfdee9', core: 'fd73be144f934fed' },
  },
] as const;

it.each(known)('a fingerprint is that of release 0.2.0: $fingerprint.lead', ({ lead, fingerprint }) => {
  expect(fingerprintOf(lead as unknown as Lead)).toEqual(fingerprint);
});

describe('a fingerprint file', () => {
  it('a fingerprint file is read back the same however its bytes are cut', async () => {
    const record = fc.record({
      lead: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes)),
      visible: fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
      core: fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
      line: fc.nat(),
      leadId: fc.constantFrom('', '5b3c41aa9e8dec24a3117b3c', 'ü'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(record, { maxLength: 20 }), fc.integer({ min: 1, max: 70 }), async (records, size) => {
        const bytes = Buffer.concat([fingerprintFileHead, ...records.map(encodeFingerprint)]);
        const read: LeadEntry[] = [];
        await visitFingerprints(cut(bytes, size), (each) =>
          read.push({
            ...each,
            lead: Buffer.from(each.lead),
            visible: Buffer.from(each.visible),
            core: Buffer.from(each.core),
          }),
        );
        expect(read).toEqual(records);
      }),
    );
  });

  it('a fingerprint file that ends inside an entry is an error, never a shorter file', async () => {
    const entry = encodeFingerprint({
      lead: Buffer.alloc(16),
      visible: Buffer.alloc(8),
      core: Buffer.alloc(8),
      line: 1,
      leadId: 'abc',
    });
    const bytes = Buffer.concat([fingerprintFileHead, entry]);
    const read = visitFingerprints(cut(bytes.subarray(0, -1), 5), () => {});
    await expect(read).rejects.toThrow('ends too early');
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
      [1, 2, 3, 4].map((number) => enterRegister(store, entry(number), now, now - 30 * day)),
    );
    const counts = registrations.map((one) => (one.kind === 'entered' ? one.earlier.entries.length : -1));
    expect(counts.toSorted()).toEqual([0, 1, 2, 3]);
    expect((await readRegister(store)).entries).toHaveLength(4);
  });

  it('the register gives an import the same place again, and says when it comes with other leads', async () => {
    const store = new MemoryStore();
    await enterRegister(store, entry(1), now, now - 30 * day);
    await enterRegister(store, entry(2), now, now - 30 * day);
    expect(await enterRegister(store, entry(1), now + 1, now - 30 * day)).toEqual({
      kind: 'entered',
      earlier: nothing,
    });
    expect(await enterRegister(store, { ...entry(1), digest: 'other' }, now, now - 30 * day)).toEqual({
      kind: 'changed',
    });
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
    expect(await enterRegister(store, entry(1), now, now - 30 * day)).toEqual({ kind: 'entered', earlier: nothing });
    expect((await readRegister(store)).entries).toHaveLength(1);
  });

  it('the register forgets imports that are older than the window', async () => {
    const store = new MemoryStore();
    await enterRegister(store, entry(1), now - 31 * day, now - 61 * day);
    expect(await enterRegister(store, entry(2), now, now - 30 * day)).toEqual({ kind: 'entered', earlier: nothing });
    expect((await readRegister(store)).entries).toHaveLength(1);
  });
});

it('the released batches of a manifest come back', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 100 }), fc.integer({ min: 0, max: 100 }), (flags, cut) => {
      const ends = flags.map((_, batch) => batch + 1);
      const manifest = { released: packReleased(flags), pages: [ends.slice(0, cut), ends.slice(cut)] };
      expect(releasedBatches(manifest)).toEqual(flags.flatMap((flag, batch) => (flag ? [batch] : [])));
    }),
  );
});
