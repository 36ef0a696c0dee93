import { z } from 'zod';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Where the partner's credentials come from; undefined while the partner has not filled them in. */
export interface CredentialSource {
  /** @param fresh whether an answer kept from before is not good enough */
  read(fresh: boolean): Promise<Credentials | undefined>;
}

const secretSchema = z.object({ username: z.string().min(1), password: z.string().min(1) });

/** How long a secret is believed, seconds: a changed one is also read at once when the API answers 401. */
const secretMaxAgeSeconds = 300;

const readSecret = (secret: string | Uint8Array | undefined): Credentials | undefined => {
  try {
    const text = typeof secret === 'string' ? secret : Buffer.from(secret ?? []).toString('utf8');
    return secretSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
};

/** The secret of the stack, by its ARN: `{"username","password"}`. Not filled in, or not of that form: undefined. */
const secretCredentials = (secretArn: string): CredentialSource => ({
  read: async (fresh) => {
    // Loaded where there is a secret: an import on a laptop begins sooner without it.
    const { getSecret } = await import('@aws-lambda-powertools/parameters/secrets');
    return readSecret(await getSecret(secretArn, { maxAge: secretMaxAgeSeconds, forceFetch: fresh }));
  },
});

/** Credentials that do not change, as on the command line. */
const fixedCredentials = (credentials: Credentials): CredentialSource => ({ read: async () => credentials });

/** RFC 7617, in UTF-8. */
export const basicAuthorization = ({ username, password }: Credentials): string =>
  `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;

/** The source that a function's environment names. */
export const credentialSource = (environment: {
  readonly CREDENTIALS_SECRET_ARN?: string | undefined;
  readonly LUMI_USERNAME?: string | undefined;
  readonly LUMI_PASSWORD?: string | undefined;
}): CredentialSource =>
  environment.CREDENTIALS_SECRET_ARN === undefined
    ? fixedCredentials({ username: environment.LUMI_USERNAME ?? '', password: environment.LUMI_PASSWORD ?? '' })
    : secretCredentials(environment.CREDENTIALS_SECRET_ARN);
