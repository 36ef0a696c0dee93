import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { auditByCdkNag } from './stack/audit.ts';
import { bundleFunctions } from './stack/bundle.ts';
import { ImportStack, KeptStack } from './stack/import-stack.ts';
import { readSettings, SettingsError } from './stack/settings.ts';

const app = new App();
// Synthesis copies the bundles into the cloud assembly.
const bundles = mkdtempSync(join(tmpdir(), 'lumi-lead-importer-'));

try {
  const { takeOver, ...context } = app.node.getAllContext();
  const settings = readSettings(context);
  const id = `LumiLeadImporter-${settings.stage}`;
  if (takeOver === undefined) {
    await bundleFunctions(bundles);
    auditByCdkNag(app, new ImportStack(app, id, { settings, bundles }));
  } else new KeptStack(app, id, settings);
  app.synth();
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
} finally {
  rmSync(bundles, { recursive: true, force: true });
}
