import manifest from '../../../package.json' with { type: 'json' };
import { OtherVersion, UnreadableState } from '../../../shared/bucket/stored-json.ts';
import { harmless } from '../../../shared/words/escaping.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** Something that was looked at: fine, or what is wrong and how it is mended. */
export interface Finding {
  readonly what: string;
  readonly wrong?: string;
  readonly mend?: string;
}

export const fine = (what: string): Finding => ({ what });

/** Ours say all; the name of another's is what people look for. */
const errorText = (error: Error): string => {
  const [first = ''] = error.message.split('\n');
  return error instanceof UsageError || error instanceof UnreadableState ? first : `${error.name}: ${first}`;
};

/** What another version wrote is nothing to mend: it waits for one that reads it. */
const mendOf = (error: unknown, mend: string): string =>
  error instanceof OtherVersion
    ? `this is version ${manifest.version}: check out the one that wrote it, npm ci, and deploy it where it is a stack`
    : mend;

/** A look that fails is a finding of its own. */
export const looked = async (what: string, mend: string, look: () => Promise<Finding>): Promise<Finding> => {
  try {
    return await look();
  } catch (error) {
    const message = error instanceof Error ? errorText(error) : 'unknown';
    return { what, wrong: harmless(message), mend: mendOf(error, mend) };
  }
};
