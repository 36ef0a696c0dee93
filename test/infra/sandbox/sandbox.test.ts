import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { faultKinds } from '../../../infra/sandbox/fault-kinds.ts';
import { faultPlan, readFaults } from '../../../infra/sandbox/faults.ts';
import { type Sandbox, startSandbox } from '../../../infra/sandbox/sandbox.ts';

let api: Sandbox;
beforeEach(async () => {
  api = await startSandbox({ username: 'u', password: 'p', latencyMs: 30 });
});
afterEach(async () => {
  await api.stop();
});

const headers = { authorization: `Basic ${Buffer.from('u:p').toString('base64')}`, 'content-type': 'application/json' };
const lead = {
  customer: {
    first_name: 'Ben',
    email: 'ben@lumi.com.au',
    phone: '0412312312',
    date_of_birth: '2017-06-30',
    address: {
      street_number: 2,
      street: 'Sprint St',
      suburb: 'Bondi Junction',
      postcode: 2022,
      state: 'NSW',
      country: 'Australia',
    },
  },
  company: { name: 'Bens Burgers', abn: 115213748 },
  loan: { requested_amount: 15000, installments: 52, reason_for_loan: ['other'] },
};
const create = (payload: unknown, query = ''): Promise<Response> =>
  fetch(`${api.url}/v1/leads${query}`, { method: 'POST', headers, body: JSON.stringify(payload) });
const list = async (query = ''): Promise<{ result: { leads: Record<string, never>[]; count: number } }> =>
  (await fetch(`${api.url}/v1/leads${query}`, { headers })).json() as never;

describe('the sandbox', () => {
  it('the sandbox creates a lead and returns it in the shape of GET', async () => {
    const answer = await create(lead);
    expect(answer.status).toBe(200);
    const [{ id }] = (await answer.json()) as [{ id: string }];
    const { result } = await list(`?id=${id}`);
    expect(result.leads[0]).toMatchObject({
      id,
      status: 'WAITING_FOR_CALL',
      stakeholder: {
        first_name: 'Ben',
        phone: '0412-312-312',
        birth_date: '2017-06-30',
        address: { street: '2 Sprint St, Bondi Junction NSW, Australia', country: 'AUS' },
      },
      company: { abn: '115213748' },
      loan: { reason_for_loan: ['other'], amount: 0 },
    });
  });

  it.each([
    [{ ...lead, customer: { ...lead.customer, address: { postcode: '2022' } } }, 'customer.address.postcode'],
    [{ ...lead, company: { ...lead.company, abn: 'x' } }, 'company.abn'],
    [{ ...lead, loan: { ...lead.loan, reason_for_loan: ['boat'] } }, 'loan.reason_for_loan'],
    [{ ...lead, loan: { installments: 52 } }, 'loan.requested_amount: required'],
    [{ ...lead, shoe: 1 }, 'unrecognized_keys'],
  ])('the sandbox refuses a payload that the API document does not allow', async (payload, words) => {
    const answer = await create(payload);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(await answer.json())).toContain(words);
    expect(api.store.all()).toEqual([]);
  });

  it('the sandbox needs only a first name and an e-mail address with enforce_mandatories=false', async () => {
    expect(
      (await create({ customer: { first_name: 'Ben', email: 'b@x.au' } }, '?enforce_mandatories=false')).status,
    ).toBe(200);
    expect((await create({ customer: { first_name: 'Ben' } }, '?enforce_mandatories=false')).status).toBe(400);
  });

  it('the sandbox answers 401 without credentials', async () => {
    expect((await fetch(`${api.url}/v1/leads`)).status).toBe(401);
  });

  it('the sandbox pages and filters its list of leads', async () => {
    for (let index = 0; index < 5; index += 1) await create(lead);
    expect((await list('?page_size=2&page_index=2')).result).toMatchObject({ leads: [{}], count: 5 });
    expect((await list('?page_size=2&page_index=3')).result.leads).toEqual([]);
    expect((await list('?date_from=2999-01-01')).result.leads).toEqual([]);
    expect((await list(`?date_to=${new Date(Date.now() + 1_000).toISOString()}`)).result.leads).toHaveLength(5);
    expect((await list('?status=CLOSED')).result.leads).toEqual([]);
    expect((await list('?application_status=SUBMITTED')).result.leads).toHaveLength(5);
    expect((await fetch(`${api.url}/v1/leads?date_from=soon`, { headers })).status).toBe(400);
  });

  it.each([
    ['500', 500, 0],
    ['503', 503, 0],
    ['401', 401, 0],
    ['403', 403, 0],
    ['429', 429, 0],
    ['latency', 200, 1],
    ['unreadable', 200, 1],
    ['reset_before', undefined, 0],
    ['reset_after', undefined, 1],
  ])('the sandbox produces the fault %s when it is set, and then works again', async (kind, status, stored) => {
    api.setFaults(faultPlan(readFaults(`create:1=${kind}`)));
    expect(
      await create(lead).then(
        (answer) => answer.status,
        () => undefined,
      ),
    ).toBe(status);
    expect(api.store.all()).toHaveLength(stored);
    expect((await create(lead)).status).toBe(200);
  });

  it('the sandbox stores a lead and never answers when the fault timeout_after is set', async () => {
    api.setFaults(faultPlan(readFaults('create:1=timeout_after')));
    const answer = fetch(`${api.url}/v1/leads`, {
      method: 'POST',
      headers,
      body: JSON.stringify(lead),
      signal: AbortSignal.timeout(200),
    });
    await expect(answer).rejects.toThrow();
    expect(api.store.all()).toHaveLength(1);
  });
});

describe('the fault plan', () => {
  it('random faults are the same for the same seed and include every kind', () => {
    const faultsOf = (seed: number) => {
      const plan = faultPlan([], { seed, rate: 0.5 });
      return Array.from({ length: 500 }, (_, index) => plan('create', index + 1));
    };
    expect(faultsOf(7)).toEqual(faultsOf(7));
    expect(faultsOf(7)).not.toEqual(faultsOf(8));
    expect(new Set(faultsOf(7))).toEqual(new Set([undefined, ...faultKinds]));
  });

  it('a misspelt fault is refused with a clear message', () => {
    expect(() => readFaults('create:x=500')).toThrow('cannot be understood');
  });
});
