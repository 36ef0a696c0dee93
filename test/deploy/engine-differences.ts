import {
  GetRolePolicyCommand,
  IAMClient,
  ListRolePoliciesCommand,
  ListRolesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/*
 * Where ministack 1.5.33 differs from AWS as far as this test meets it, with the work-around beside it. Elsewhere:
 * - TLS: its own certificate is not believed by Node, so the front of `engine.ts` says that requests came by TLS.
 * - It ends only at SIGKILL, and hands its own environment to the functions (`engine.ts`).
 * - A redeployment ends functions that run; their messages stay hidden for the queue's visibility. So the test redeploys
 *   while nothing runs.
 * - Message groups of a standard queue are not served fairly: the scale model shows what comes of that, this test does not.
 * - Lifecycle rules, batching windows, batches of more than ten messages, KMS, X-Ray, and EMF metrics do nothing, and alarms look at no dimension:
 *   the template's tests hold them, this test proves nothing about them.
 */

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

const list = (given: string | readonly string[]): readonly string[] => (typeof given === 'string' ? [given] : given);

/** AWS checks a batch of messages as sqs:SendMessage; the engine asks for an action that AWS does not have. */
const batchRight = (statement: Statement): Statement[] =>
  list(statement.Action).includes('sqs:SendMessage') ? [{ ...statement, Action: 'sqs:SendMessageBatch' }] : [];

/** `Ref` of a secret is its ARN on AWS and its name in the engine, so a policy that names it by `Ref` never matches. */
const secretRight = async (statement: Statement): Promise<Statement[]> => {
  if (!list(statement.Action).includes('secretsmanager:GetSecretValue')) return [];
  const secrets = new SecretsManagerClient();
  const arnOf = async (name: string): Promise<string> =>
    name.startsWith('arn:') ? name : ((await secrets.send(new DescribeSecretCommand({ SecretId: name }))).ARN ?? name);
  return [{ ...statement, Resource: await Promise.all(list(statement.Resource).map(arnOf)) }];
};

/** Grants beside each role's own policies what the engine reads otherwise than AWS, and nothing else. */
export const grantWhatTheEngineMisreads = async (stack: string): Promise<void> => {
  const iam = new IAMClient();
  const { Roles = [] } = await iam.send(new ListRolesCommand({}));
  for (const { RoleName = '' } of Roles.filter((role) => role.RoleName?.startsWith(`${stack}-`))) {
    const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    const extra: Statement[] = [];
    for (const PolicyName of PolicyNames) {
      const policy = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      const document = JSON.parse(decodeURIComponent(policy.PolicyDocument ?? '{}')) as { Statement: Statement[] };
      for (const statement of document.Statement)
        extra.push(...batchRight(statement), ...(await secretRight(statement)));
    }
    if (extra.length === 0) continue;
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: extra });
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'engine', PolicyDocument }));
  }
};
