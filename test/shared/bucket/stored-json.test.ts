import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { DamagedState, parseState, stateVersion } from '../../../shared/bucket/stored-json.ts';

const schema = z.object({ columns: z.object({ mapped: z.record(z.string(), z.string()) }) });
const refused = (columns: unknown) => () =>
  parseState(schema, JSON.stringify({ version: stateVersion, columns }), 'state/manifests/i.json');

it('says where state is damaged without a word of what is in it: a header may be a cell', () => {
  expect(refused({ mapped: { 'ava@example.com': 7 } })).toThrow(DamagedState);
  expect(refused({ mapped: { 'ava@example.com': 7 } })).toThrow(
    /^state\/manifests\/i\.json does not have the expected shape at columns\.mapped$/,
  );
  expect(refused('ava@example.com')).toThrow(/expected shape at columns$/);
});
