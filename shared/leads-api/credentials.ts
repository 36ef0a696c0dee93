export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Where the partner's credentials come from; undefined while the partner has not filled them in. */
export interface CredentialSource {
  /** @param fresh whether an answer kept from before is not good enough */
  read(fresh: boolean): Promise<Credentials | undefined>;
}

/** What a function's environment says of the credentials. */
export interface NamedCredentials {
  /** Of a secret: it goes before the other two. */
  readonly CREDENTIALS_SECRET_ARN?: string | undefined;
  readonly LUMI_USERNAME?: string | undefined;
  readonly LUMI_PASSWORD?: string | undefined;
}

/** Finds the credentials that an environment names. */
export type CredentialsOf = (environment: NamedCredentials) => CredentialSource;

/** Credentials that do not change, as on the command line. */
export const fixedCredentials = (credentials: Credentials): CredentialSource => ({ read: async () => credentials });

/** RFC 7617, in UTF-8. */
export const basicAuthorization = ({ username, password }: Credentials): string =>
  `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;

/** The credentials that stand in the environment itself. */
export const credentialsInEnvironment: CredentialsOf = ({
  LUMI_USERNAME: username = '',
  LUMI_PASSWORD: password = '',
}) => fixedCredentials({ username, password });
