import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { KeptStack } from '../../../infra/stack/import-stack.ts';
import { readSettings } from '../../../infra/stack/settings.ts';
import { aStack } from '../../support/a-stack.ts';

interface Resource {
  readonly Type: string;
  readonly DependsOn?: unknown;
  readonly Properties?: object;
}

const resourcesOf = (template: Template): Readonly<Record<string, Resource>> => template.toJSON()['Resources'];

const kept = resourcesOf(Template.fromStack(new KeptStack(new App(), 'LumiLeadImporter-prod', readSettings({}))));
const whole = resourcesOf(Template.fromStack(aStack({})));

/** What CloudFormation can take over; the policy of the bucket is made by the next deployment. */
const taken = Object.entries(kept).filter(([, { Type }]) => Type !== 'AWS::S3::BucketPolicy');

it('what is taken over is the bucket and the secret, by the names that the whole stack has for them', () => {
  expect(taken.map(([, { Type }]) => Type)).toEqual(['AWS::S3::Bucket', 'AWS::SecretsManager::Secret']);
  for (const [id, { Type }] of taken) expect(whole[id]?.Type).toBe(Type);
});

it('nothing of it names what is not there yet', () => {
  for (const [, { DependsOn, Properties }] of taken) {
    expect(DependsOn).toBeUndefined();
    const named = JSON.stringify(Properties).match(/"(?:Ref|Fn::GetAtt)":\s*\[?"([^"]+)"/g) ?? [];
    expect(named.filter((one) => !one.includes('"AWS::'))).toEqual([]);
  }
});

it('the whole stack differs in nothing that would replace them', () => {
  const [bucket] = taken.find(([, { Type }]) => Type === 'AWS::S3::Bucket') ?? [''];
  const { NotificationConfiguration: _, ...rest } = (whole[bucket]?.Properties ?? {}) as Record<string, unknown>;
  expect(rest).toEqual(kept[bucket]?.Properties);
});
