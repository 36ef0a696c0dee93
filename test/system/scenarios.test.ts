import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, it } from 'vitest';
import { type LocalImporter, startLocalImporter } from '../../infra/laptop/local-importer.ts';
import { getText } from '../../shared/bucket/object-store.ts';
import { rightCredentials, type SandboxApi, startSandboxApi, wrongCredentials } from '../deploy/sandbox-api.ts';
import { lastScenarios, scenarios } from '../deploy/scenarios.ts';
import type { Target } from '../deploy/target.ts';
import { startEmbeddedAws } from '../support/embedded-aws/embedded-aws.ts';

// What `npm run test:deploy` holds against an independent engine and a real account, here on an embedded one, by the AWS client's own path: HTTP.
let importer: LocalImporter;
let api: SandboxApi;
let target: Target;
const work = mkdtempSync(join(tmpdir(), 'scenarios-'));

beforeAll(async () => {
  api = await startSandboxApi(join(work, 'api.sqlite'));
  importer = await startLocalImporter({
    apiUrl: api.url,
    ...rightCredentials,
    concurrency: 10,
    proofs: 'all',
    cloud: await startEmbeddedAws(),
    log: () => undefined,
    listingSettleMs: 300,
    backoffBaseMs: 100,
    backoffCapMs: 1_000,
    answerTimeoutMs: 1_000,
  });
  const { store } = importer;
  target = {
    put: (key, body, metadata) => importer.upload(key, body, metadata),
    bytes: async (key) => {
      const object = await store.get(key);
      return object === undefined ? undefined : buffer(object.body);
    },
    get: async (key) => (await getText(store, key))?.text,
    list: async (prefix) => (await Array.fromAsync(store.list(prefix))).map(({ key }) => key),
    // The laptop's credentials do not change: here the API changes its mind about them.
    fillInCredentials: async (right) => api.setPassword((right ? rightCredentials : wrongCredentials).password),
    api,
  };
  api.setPassword(wrongCredentials.password);
});

afterAll(async () => {
  await importer.stop();
  await api.stop();
  rmSync(work, { recursive: true, force: true });
});

// Those that need an account of their own run on the engine of `npm run test:deploy`.
it.each([...scenarios, ...lastScenarios].filter(({ needs }) => needs !== 'account'))(
  'the deploy scenario passes on the embedded engine: $name',
  ({ run }) => run(target),
);
