import { describe, expect, it } from 'vitest';
import { judgeRow } from '../../../lambdas/submitter/judge-row.ts';
import type { KnownLead } from '../../../lambdas/submitter/known-leads.ts';
import { type ListedLead, visibleFields } from '../../../shared/leads-api/visible-lead.ts';
import type { StateOf } from '../../../shared/state/row-state.ts';

const settleMs = 60_000;
const sentAt = 1_000_000;
/** The last moment at which the API can have created it. */
const until = sentAt + 60_000;

const fieldsOf = (name: string, amount = 1) =>
  visibleFields({
    customer: { first_name: name, email: `${name}@example.com` },
    loan: { requested_amount: amount },
  });

const control: KnownLead = {
  id: 'control',
  fingerprint: 'f',
  createdAt: until + 1,
  createdBy: until + 1,
  fields: fieldsOf('control'),
  reference: undefined,
};
const listedControl: ListedLead = { id: 'control', createdAt: undefined, fields: control.fields, reference: undefined };

/** What a listing that shows a lead created after the row says of the row, `afterMs` after it was sent. */
const judged = (afterMs: number, ...others: readonly ListedLead[]) => {
  const leads = [listedControl, ...others];
  return judgeRow(
    { fields: fieldsOf('ava'), reference: undefined, state: { state: 'in_doubt', tries: 1, sentAt, until } },
    { kind: 'leads', leads, complete: true, reachesBack: true, askedAt: sentAt + afterMs },
    new Map(leads.map((lead) => [lead.id, lead])),
    { taken: new Set(['control']), twin: false, explained: new Set(), known: [control], forms: new Map(), settleMs },
  ).kind;
};

const related: ListedLead = { id: 'other', createdAt: undefined, fields: fieldsOf('ava', 2), reference: undefined };

describe('a row that the listing does not show', () => {
  it('is not absent before the settle time is over since it could last have been created, whatever else is shown', () => {
    expect(judged(60_000 + settleMs - 1)).toBe('open');
    expect(judged(60_000 + settleMs)).toBe('absent');
  });

  it('is not left to a person for looks at it from before it could last have been sent', () => {
    const early = { ...control, createdAt: sentAt - 1, createdBy: sentAt - 1 };
    const askedAt = until + 12 * 3_600_000;
    const judgedAfter = (since: number) =>
      judgeRow(
        {
          fields: fieldsOf('ava'),
          reference: undefined,
          state: { state: 'in_doubt', tries: 1, sentAt, until, open: { since, looks: 9, lookedAt: since } },
        },
        { kind: 'leads', leads: [listedControl], complete: true, reachesBack: true, askedAt },
        new Map([['control', listedControl]]),
        { taken: new Set(['control']), twin: false, explained: new Set(), known: [early], forms: new Map(), settleMs },
      );
    expect(judgedAfter(until - 1)).toMatchObject({ kind: 'open', open: { since: askedAt, looks: 1 } });
    expect(judgedAfter(until + settleMs)).toEqual({ kind: 'undecidable' });
  });

  it('is not left to a person for a lead that resembles it before the listing has had its time', () => {
    expect(judged(60_000 + settleMs - 1, related)).toBe('open');
    expect(judged(60_000 + settleMs, related)).toBe('undecidable');
  });
});

describe('a listing that shows only leads from before a row', () => {
  /** Looks at a row, one each minute from when the listing has had its time, until it is no longer open. */
  const decidedAfterMs = (controlBeforeMs: number): number | undefined => {
    const before = { ...control, createdAt: sentAt - controlBeforeMs, createdBy: sentAt - controlBeforeMs };
    let state: StateOf<'in_doubt'> = { state: 'in_doubt', tries: 1, sentAt, until };
    for (let askedAt = until + settleMs; askedAt < until + 6 * 3_600_000; askedAt += settleMs) {
      const finding = judgeRow(
        { fields: fieldsOf('ava'), reference: undefined, state },
        { kind: 'leads', leads: [listedControl], complete: true, reachesBack: true, askedAt },
        new Map([['control', listedControl]]),
        { taken: new Set(['control']), twin: false, explained: new Set(), known: [before], forms: new Map(), settleMs },
      );
      if (finding.kind === 'absent') return askedAt - until;
      if (finding.kind !== 'open') return undefined;
      const { kind: _, ...open } = finding;
      state = { ...state, ...open };
    }
    return undefined;
  };

  it('is believed after one more settle time, or as long as it may have taken for the latest of them', () => {
    expect(decidedAfterMs(1_000)).toBeLessThanOrEqual(3 * settleMs);
    expect(decidedAfterMs(5 * 60_000)).toBeGreaterThanOrEqual(5 * 60_000 + settleMs);
    expect(decidedAfterMs(25 * 60_000)).toBeGreaterThanOrEqual(25 * 60_000 + settleMs);
  });

  it('is not believed where the latest of them is from hours before', () => {
    expect(decidedAfterMs(3 * 3_600_000)).toBeUndefined();
  });
});

describe('a listing that lacks leads which are older than some that it shows, or as old', () => {
  const leads: readonly KnownLead[] = Array.from({ length: 8 }, (_, index) => ({
    ...control,
    id: `control${index}`,
    createdAt: until - 5 + index,
    createdBy: until - 5 + index,
  }));

  /** How many looks, one each settle time, leave a row open. @param shows how many known leads each look shows */
  const looksUntilDecided = (shows: (look: number) => readonly KnownLead[]): number => {
    let state: StateOf<'in_doubt'> = { state: 'in_doubt', tries: 1, sentAt, until };
    for (let look = 1; look < 30; look += 1) {
      const listed = shows(look).map(({ id, fields }) => ({ id, fields, createdAt: undefined, reference: undefined }));
      const taken = new Set(leads.map(({ id }) => id));
      const judgement = judgeRow(
        { fields: fieldsOf('ava'), reference: undefined, state },
        { kind: 'leads', leads: listed, complete: true, reachesBack: true, askedAt: until + look * settleMs },
        new Map(listed.map((lead) => [lead.id, lead])),
        { taken, twin: false, explained: new Set(), known: leads, forms: new Map(), settleMs },
      );
      if (judgement.kind !== 'open') return look;
      const { kind: _, ...open } = judgement;
      state = { ...state, ...open };
    }
    throw new Error('it was never decided');
  };

  it('is not waited for where it is cut at the same lead each time', () => {
    expect(looksUntilDecided(() => leads.slice(0, 3))).toBe(3);
    expect(looksUntilDecided(() => leads.slice(3))).toBe(3);
  });

  it('is waited for where it moves on, or shows none of them', () => {
    expect(looksUntilDecided((look) => leads.slice(0, look))).toBe(6);
    expect(looksUntilDecided((look) => (look < 9 ? [] : leads))).toBe(9);
  });
});

describe('a listing that may show the newest leads alone', () => {
  /** What is said of a row that was sent before the first of so many later leads, one of which is known. */
  const judgedBeside = (count: number, firstAt?: number) => {
    const others: ListedLead[] = Array.from({ length: count }, (_, index) => ({
      id: `later${index}`,
      createdAt: new Date(index === 0 && firstAt !== undefined ? firstAt : until + 1_000 + index).toISOString(),
      fields: fieldsOf(`later${index}`),
      reference: undefined,
    }));
    const later = { ...control, id: 'later1', fields: fieldsOf('later1') };
    return judgeRow(
      { fields: fieldsOf('ava'), reference: undefined, state: { state: 'in_doubt', tries: 1, sentAt, until } },
      { kind: 'leads', leads: others, complete: true, reachesBack: true, askedAt: until + settleMs },
      new Map(others.map((lead) => [lead.id, lead])),
      {
        taken: new Set(others.map(({ id }) => id)),
        twin: false,
        explained: new Set(),
        known: [later],
        forms: new Map(),
        settleMs,
      },
    );
  };

  it.each([20, 25, 50, 100, 250])('proves nothing of what is older than all %d of them', (count) => {
    expect(judgedBeside(count)).toMatchObject({ kind: 'open', mayBeHidden: true });
  });

  it('proves it where it shows an older one, or as many as no list is cut to', () => {
    expect(judgedBeside(20, sentAt - 3_600_000)).toMatchObject({ kind: 'absent' });
    for (const count of [10, 21, 30, 75]) expect(judgedBeside(count)).toMatchObject({ kind: 'absent' });
  });
});

describe('a listed lead that decides nothing', () => {
  const at = (time: number): string => new Date(time).toISOString();
  const ava = (createdAt: string | undefined): ListedLead => ({
    id: 'it',
    createdAt,
    fields: fieldsOf('ava'),
    reference: undefined,
  });

  it('equals the row and does not say when it was created: it may be an older one', () => {
    expect(judged(60_000 + settleMs, ava(at(sentAt + 1)))).toBe('created');
    expect(judged(60_000 + settleMs, ava(undefined))).toBe('undecidable');
  });

  it('shows one identifying field, and that is another: it may have been rewritten', () => {
    const pat: ListedLead = { ...ava(at(sentAt + 1)), fields: fieldsOf('pat&#39;s', 2) };
    expect(judged(60_000 + settleMs, pat)).toBe('undecidable');
    const fields = { ...pat.fields, phone: '0491570156' };
    expect(judged(60_000 + settleMs, { ...pat, fields })).toBe('undecidable');
  });

  it('lacks a reference, though others came back: its own may have been cut off', () => {
    const wanted = {
      fields: fieldsOf('ava'),
      reference: 'mine',
      state: { state: 'in_doubt', tries: 1, sentAt, until },
    } as const;
    const shown = { ...control, reference: 'of control' };
    const judge = (...others: readonly ListedLead[]) => {
      const leads = [{ ...listedControl, reference: 'of control' }, ...others];
      return judgeRow(
        wanted,
        { kind: 'leads', leads, complete: true, reachesBack: true, askedAt: until + settleMs },
        new Map(leads.map((lead) => [lead.id, lead])),
        { taken: new Set(['control']), twin: false, explained: new Set(), known: [shown], forms: new Map(), settleMs },
      ).kind;
    };
    expect(judge()).toBe('absent');
    expect(judge(ava(at(sentAt + 1)))).toBe('undecidable');
    expect(judge({ ...ava(at(sentAt + 1)), reference: 'of another' })).toBe('absent');
    expect(judge({ ...ava(at(sentAt + 1)), reference: 'mine' })).toBe('created');
  });
});
