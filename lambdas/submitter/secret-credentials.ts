import { getSecret } from '@aws-lambda-powertools/parameters/secrets';
import * as z from 'zod/mini';
import {
  type CredentialSource,
  type Credentials,
  type CredentialsOf,
  credentialsInEnvironment,
} from '../../shared/leads-api/credentials.ts';
import { parseJson } from '../../shared/parse-json.ts';

const secretSchema = z.object({
  username: z.string().check(z.minLength(1)),
  password: z.string().check(z.minLength(1)),
});

/** How long a secret is believed, seconds: a changed one is also read at once when the API answers 401. */
const secretMaxAgeSeconds = 300;

const readSecret = (secret: string | Uint8Array | undefined): Credentials | undefined => {
  const text = typeof secret === 'string' ? secret : Buffer.from(secret ?? []).toString('utf8');
  return secretSchema.safeParse(parseJson(text)).data;
};

/** The secret of the stack, by its ARN: `{"username","password"}`. Not filled in, or not of that form: undefined. */
const secretCredentials = (secretArn: string): CredentialSource => ({
  read: async (fresh) => readSecret(await getSecret(secretArn, { maxAge: secretMaxAgeSeconds, forceFetch: fresh })),
});

/** The secret that the environment names, or the credentials in it. */
export const awsCredentials: CredentialsOf = (environment) =>
  environment.CREDENTIALS_SECRET_ARN === undefined
    ? credentialsInEnvironment(environment)
    : secretCredentials(environment.CREDENTIALS_SECRET_ARN);
