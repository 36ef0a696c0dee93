import { visibleText } from '../../shared/lead/problem.ts';

/** Something that was looked at: fine, or what is wrong and how it is mended. */
export interface Finding {
  readonly what: string;
  readonly wrong?: string;
  readonly mend?: string;
}

export const fine = (what: string): Finding => ({ what });

/** A look that fails is a finding of its own. */
export const looked = async (what: string, mend: string, look: () => Promise<Finding>): Promise<Finding> => {
  try {
    return await look();
  } catch (error) {
    const message = error instanceof Error ? `${error.name}: ${error.message.split('\n')[0]}` : 'unknown';
    return { what, wrong: visibleText(message), mend };
  }
};
