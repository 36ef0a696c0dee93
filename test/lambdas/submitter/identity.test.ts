import { describe, expect, it } from 'vitest';
import { identityOf, isAnothers } from '../../../lambdas/submitter/proof/identity.ts';
import type { VisibleFields } from '../../../shared/leads-api/visible-lead.ts';

const sent: VisibleFields = {
  email: 'ann@example.com',
  phone: '0491570001',
  abn: '51824753556',
  first_name: 'ann',
  last_name: 'lee',
};
const stranger: VisibleFields = {
  email: 'bob@example.com',
  phone: '0491570002',
  abn: '53004085616',
  first_name: 'bob',
  last_name: 'lee',
};

const isStrange = (listed: VisibleFields): boolean => isAnothers(identityOf(sent), identityOf(listed));

describe('whether a listed lead is of somebody else than the one that was sent', () => {
  it('is so where everything that is shown differs, also within a family', () => {
    expect(isStrange(stranger)).toBe(true);
    expect(isStrange({ email: 'bob@example.com', phone: '0491570002' })).toBe(true);
  });

  it.each<[string, VisibleFields]>([
    ['the e-mail address', { ...stranger, email: sent.email }],
    ['the phone, written its own way', { ...stranger, phone: '61491570001' }],
    ['the ABN', { ...stranger, abn: sent.abn }],
    ['the name', { ...stranger, first_name: 'ann' }],
  ])('is not so where %s is the same', (_, listed) => {
    expect(isStrange(listed)).toBe(false);
  });

  it.each<[string, VisibleFields]>([
    ['nothing', {}],
    [
      'an e-mail address and a name, which an API may hide in part',
      { email: 'a***', first_name: 'a***', last_name: 'l***' },
    ],
    ['a phone alone', { phone: '0299990000' }],
  ])('is not said where the list shows %s', (_, listed) => {
    expect(isStrange(listed)).toBe(false);
  });
});
