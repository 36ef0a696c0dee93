import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import cdk from '../../cdk.json' with { type: 'json' };
import { ImportStack } from '../../infra/stack/import-stack.ts';
import { readSettings } from '../../infra/stack/settings.ts';
import { functions } from '../../infra/topology.ts';

/** Stands for the bundles: what the functions hold is not the subject of the stack's tests. */
const noBundles = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'no-bundles-'));
  for (const name of Object.keys(functions)) {
    mkdirSync(join(directory, name));
    writeFileSync(join(directory, name, 'index.mjs'), '');
  }
  return directory;
};

/** The stack with these context values. */
export const aStack = (
  given: Readonly<Record<string, unknown>> = {},
  app = new App({ context: cdk.context }),
): ImportStack => new ImportStack(app, 'Test', { settings: readSettings(given), bundles: noBundles() });
