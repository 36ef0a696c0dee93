import type { Meaning } from './mapping.ts';

/** A column of a file as it is seen: its header and its values, each once with how often it is there. */
export interface SeenColumn {
  readonly title: string;
  readonly values: ReadonlyMap<string, number>;
}

/** What a column of the file is taken for. */
export interface ColumnProposal {
  readonly title: string;
  readonly meaning: Meaning;
  /** Why, in a few words. */
  readonly why: string;
  /** `known`: no mapping file is needed for it; `sure`: proposed, nothing to judge; `ask`: somebody has to say. */
  readonly certainty: 'known' | 'sure' | 'ask';
}

/** In how many rows a column has a value. */
export const filledIn = ({ values }: SeenColumn): number =>
  [...values].reduce((sum, [text, count]) => sum + (text.trim() === '' ? 0 : count), 0);
