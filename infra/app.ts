import { App } from 'aws-cdk-lib';
import { ContextError, readContext } from './context.ts';
import { ImportStack } from './import-stack.ts';

const app = new App();

try {
  const context = readContext((name) => app.node.tryGetContext(name));
  new ImportStack(app, `LumiLeadImporter-${context.stage}`, context);
  app.synth();
} catch (error) {
  if (!(error instanceof ContextError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
