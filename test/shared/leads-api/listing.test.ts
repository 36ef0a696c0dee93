import { describe, expect, it } from 'vitest';
import { clientOf, json, serve } from '../../support/http-server.ts';
import { ManualClock } from '../../support/manual-clock.ts';

describe('listing leads', () => {
  it('the listing reads pages until one brings nothing new, with all documented filters', async () => {
    const { url, seen } = await serve((request, response) => {
      const page = Number(new URL(request.url ?? '', 'http://x').searchParams.get('page_index'));
      const leads = [{ id: `a${page}` }, { id: 'b' }];
      json(response, 200, { success: true, result: { leads: page < 3 ? leads : [{ id: 'b' }], count: 4 } });
    });
    const answer = await clientOf(url).list(
      {
        dateFrom: '2026-11-23T00:00:00.000Z',
        dateTo: '2026-11-24',
        status: 'CLOSED',
        applicationStatus: 'SUBMITTED',
      },
      Infinity,
    );
    expect(answer.kind === 'leads' && answer.leads.map(({ id }) => id)).toEqual(['a0', 'b', 'a1', 'a2']);
    expect(seen[0]?.url).toBe(
      '/v1/leads?page_size=500&page_index=0&status=CLOSED&application_status=SUBMITTED&date_from=2026-11-23T00%3A00%3A00.000Z&date_to=2026-11-24',
    );
  });

  it.each([
    ['an index 0 that means the same as 1', (index: number) => Math.max(1, index)],
    ['an index 0 that means nothing', (index: number) => (index === 0 ? 99 : index)],
  ])('the listing reads all leads from an API with %s', async (_, pageOf) => {
    const { url } = await serve((request, response) => {
      const page = pageOf(Number(new URL(request.url ?? '', 'http://x').searchParams.get('page_index')));
      json(response, 200, { result: { leads: page <= 3 ? [{ id: `a${page}` }] : [] } });
    });
    const answer = await clientOf(url).list({}, Infinity);
    expect(answer.kind === 'leads' && answer.leads.map(({ id }) => id)).toEqual(['a1', 'a2', 'a3']);
  });

  it('new leads that push a whole page on are not taken for an API whose first page is 1', async () => {
    const leads = ['d', 'c', 'b', 'a'];
    let asked = 0;
    const { url } = await serve((request, response) => {
      const page = Number(new URL(request.url ?? '', 'http://x').searchParams.get('page_index'));
      // As many as fit on a page come between the first page and the second.
      if (asked++ === 1) leads.unshift('f', 'e');
      const shown = leads.slice(page * 2, page * 2 + 2).map((id) => ({ id }));
      json(response, 200, { result: { leads: shown, count: leads.length } });
    });
    const client = clientOf(url);
    await client.list({}, Infinity);
    const again = await client.list({}, Infinity);
    expect(again.kind === 'leads' && again.complete && again.leads.map(({ id }) => id).toSorted()).toEqual([
      'a',
      'b',
      'c',
      'd',
      'e',
      'f',
    ]);
  });

  it.each([[{ success: false, result: { leads: [] } }], [{ result: { leads: null } }], [{ leads: [] }]])(
    'the listing treats the answer %j as trouble, never as an empty list',
    async (body) => {
      const { url } = await serve((_, response) => json(response, 200, body));
      expect(await clientOf(url).list({}, Infinity)).toMatchObject({
        kind: 'trouble',
        trouble: { code: 'unreadable_answer' },
      });
    },
  );

  it.each<[string, (index: number) => { leads: { id: string }[]; count: number }]>([
    ['counts leads and shows none', () => ({ leads: [], count: 4 })],
    ['repeats its last page and counts more', () => ({ leads: [{ id: 'a' }], count: 1_000 })],
    ['shows fewer leads than it counts', (index) => ({ leads: index === 0 ? [{ id: 'a' }] : [], count: 2 })],
    [
      'moves leads between its pages',
      (index) => ({ leads: [['a', 'b'], ['b', 'a'], ['c']][index]?.map((id) => ({ id })) ?? [], count: 3 }),
    ],
    ['shows a lead without an id', () => ({ leads: [{ nameless: true } as never, { id: 'a' }], count: 1 })],
  ])('a listing that %s is read again, and is never complete', async (_, pageOf) => {
    const { url, seen } = await serve((request, response) => {
      const index = Number(new URL(request.url ?? '', 'http://x').searchParams.get('page_index'));
      json(response, 200, { success: true, result: pageOf(index) });
    });
    expect(await clientOf(url).list({}, Infinity)).toMatchObject({ kind: 'leads', complete: false });
    expect(seen.filter(({ url: path }) => path?.includes('page_index=0')).length).toBe(3);
  });

  it.each([404, 400])('a listing whose end is told by %i behind the last page is complete', async (status) => {
    const { url } = await serve((request, response) => {
      const index = Number(new URL(request.url ?? '', 'http://x').searchParams.get('page_index'));
      if (index > 2) json(response, status, {});
      else json(response, 200, { success: true, result: { leads: [{ id: `a${index}` }], count: 3 } });
    });
    const answer = await clientOf(url).list({}, Infinity);
    expect(answer).toMatchObject({ kind: 'leads', complete: true });
    expect(answer.kind === 'leads' && answer.leads).toHaveLength(3);
  });

  it.each([
    ['counts its leads', true],
    ['does not', false],
  ])('leads that come as fast as pages are read do not hide the older ones of an API that %s', async (_, counts) => {
    const leads = ['d', 'c', 'b', 'a'];
    let asked = 0;
    const { url } = await serve((request, response) => {
      const page = Number(new URL(request.url ?? '', 'http://x').searchParams.get('page_index'));
      // First two pages of them come, then one at a time: the next pages show the same two, as many as were counted.
      const coming = [0, 4, 2, 2][asked] ?? 0;
      for (let at = 0; at < coming; at += 1) leads.unshift(`new${asked}${at}`);
      asked += 1;
      json(response, 200, {
        result: {
          leads: leads.slice(page * 2, page * 2 + 2).map((id) => ({ id })),
          ...(counts && { count: leads.length }),
        },
      });
    });
    const answer = await clientOf(url).list({}, Infinity);
    const ids = answer.kind === 'leads' ? answer.leads.map(({ id }) => id) : [];
    expect(answer.kind === 'leads' && answer.complete && ids).toEqual(expect.arrayContaining(['a', 'b', 'c', 'd']));
  });

  it('a 405 in the middle of a listing is trouble and no end, also where leads are not counted', async () => {
    const { url } = await serve((request, response) => {
      const index = Number(new URL(request.url ?? '', 'http://x').searchParams.get('page_index'));
      if (index > 0) json(response, 405, {});
      else json(response, 200, { success: true, result: { leads: [{ id: 'a' }] } });
    });
    expect(await clientOf(url).list({}, Infinity)).toMatchObject({ kind: 'trouble' });
  });

  it('a first page of 1 and a largest page size are met once and remembered', async () => {
    const { url, seen } = await serve((request, response) => {
      const { searchParams } = new URL(request.url ?? '', 'http://x');
      const [index, size] = [Number(searchParams.get('page_index')), Number(searchParams.get('page_size'))];
      if (index === 0 || size > 100) json(response, 400, {});
      else json(response, 200, { success: true, result: { leads: index === 1 ? [{ id: 'a' }] : [], count: 1 } });
    });
    const client = clientOf(url);
    expect(await client.list({}, Infinity)).toMatchObject({ complete: true, leads: [{ id: 'a' }] });
    const before = seen.length;
    expect(await client.list({}, Infinity)).toMatchObject({ complete: true, leads: [{ id: 'a' }] });
    expect(seen[before]?.url).toContain('page_size=100&page_index=1');
  });

  it('the listing requests no page that might not arrive in time', async () => {
    const { url, seen } = await serve((_, response) => json(response, 200, {}));
    expect((await clientOf(url).list({}, new ManualClock().now() + 30_000)).kind).toBe('trouble');
    expect(seen).toEqual([]);
  });

  it('the listing continues after a page that only repeats others while the API counts more leads than were seen', async () => {
    // Leads that are created meanwhile push the older ones to later pages.
    const pages = [['a'], ['a'], ['a'], ['b'], ['b'], ['b']];
    const { url } = await serve((request, response) => {
      const page = Number(new URL(request.url ?? '', 'http://x').searchParams.get('page_index'));
      const leads = (pages[page] ?? []).map((id) => ({ id }));
      json(response, 200, { success: true, result: { leads, count: 2 } });
    });
    const answer = await clientOf(url).list({}, Infinity);
    expect(answer.kind === 'leads' && answer.leads.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('a listing that fails on any page is trouble, never a shorter list', async () => {
    const { url } = await serve((request, response) =>
      request.url?.includes('page_index=0')
        ? json(response, 200, { result: { leads: [{ id: 'a' }] } })
        : json(response, 500, {}),
    );
    expect(await clientOf(url).list({}, Infinity)).toMatchObject({
      kind: 'trouble',
      trouble: { code: 'server_error' },
    });
  });
});
