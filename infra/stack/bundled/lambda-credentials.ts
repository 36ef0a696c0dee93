import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Stands for `@aws-sdk/credential-provider-node` in the bundles: a Lambda has its role's credentials in the environment
 * and never any others. The whole chain (profiles, SSO, containers) would be a hundred kilobytes in every bundle.
 */
export const defaultProvider = fromEnv;
