import { type App, type CfnResource, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { prefixes } from '../../shared/bucket/keys.ts';
import { progressFiles } from './function-rights.ts';
import type { ImportStack } from './import-stack.ts';

/** A rule that the stack does not follow, and why that is right. */
export interface Acknowledgement {
  /** As the audit names it, with the finding in brackets where a rule has many. */
  readonly id: string;
  readonly reason: string;
}

const rule = (name: string): string => `AwsSolutions::AwsSolutions-${name}`;

/** Rights of functions and people are a prefix and a star: each finding is one pattern. */
const prefixRights = (stack: ImportStack): Acknowledgement[] => {
  const bucketId = stack.getLogicalId(stack.bucket.node.defaultChild as CfnResource);
  // Only an engineer writes what says that something was erased.
  const { erased: _, ...written } = prefixes;
  const patterns = [...Object.values(written).map((prefix) => `${prefix}*`), progressFiles];
  return patterns.map((pattern) => ({
    id: rule(`IAM5[Resource::<${bucketId}.Arn>/${pattern}]`),
    reason: `Objects ${pattern} are named by the people who drop them or by the import they belong to, so their names are not known beforehand. The right is to one prefix of one bucket, and nobody may delete.`,
  }));
};

/** Everything that the audit finds and that is meant to be so. */
export const acknowledgements = (stack: ImportStack): readonly Acknowledgement[] => [
  ...prefixRights(stack),
  {
    id: rule('IAM5[Resource::*]'),
    reason:
      'xray:PutTraceSegments and xray:PutTelemetryRecords know no resources; they are what active tracing needs, and they let a function write its own traces only.',
  },
  {
    id: rule(
      `IAM5[Resource::arn:<AWS::Partition>:cloudformation:<AWS::Region>:<AWS::AccountId>:stack/${stack.stackName}/*]`,
    ),
    reason:
      'Who asks for a stack by its name is asked for the right to all ids under that name. It is one stack, and only its description.',
  },
  {
    id: rule('S1'),
    reason:
      'Server access logs would repeat the names of dropped files, which are often names of customers, into a second bucket. Who did what is in the versions of the objects; an account that needs more turns on data events of CloudTrail for this bucket.',
  },
  {
    id: rule('SMG4'),
    reason:
      'The secret holds the partner’s credentials for the Leads API, which only lumi can change: there is nothing that a rotation function could call. A changed secret is picked up without a deployment.',
  },
];

/** Audits the stack by the AwsSolutions rules: synthesis fails at whatever is not acknowledged. */
export const auditByCdkNag = (app: App, stack: ImportStack, acknowledged = acknowledgements(stack)): void => {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  for (const { id, reason } of acknowledged) Validations.of(stack).acknowledge({ id, reason });
};
