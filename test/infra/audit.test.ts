import { App } from 'aws-cdk-lib';
import { expect, it } from 'vitest';
import { acknowledgements, auditByCdkNag } from '../../infra/audit.ts';
import { aStack } from '../support/a-stack.ts';

/** What the audit says, every finding of it; empty where it finds nothing. */
const findings = (audit: (app: App) => void): string => {
  const app = new App();
  audit(app);
  try {
    app.synth();
    return '';
  } catch (error) {
    return String(error);
  }
};

it('cdk-nag finds nothing in the stack that is not acknowledged', () => {
  const given = { notificationEmail: 'ops@example.com' };
  expect(findings((app) => auditByCdkNag(app, aStack(given, app)))).toBe('');
  expect(findings((app) => auditByCdkNag(app, aStack({}, app)))).toBe('');
});

it('cdk-nag reports every acknowledged finding when nothing is acknowledged', () => {
  let known: readonly { readonly id: string }[] = [];
  const found = findings((app) => {
    const stack = aStack({}, app);
    known = acknowledgements(stack);
    auditByCdkNag(app, stack, []);
  });
  expect(known.filter(({ id }) => !found.includes(id))).toEqual([]);
});
