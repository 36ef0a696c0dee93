import type { Lead } from './lead.ts';

/** The value of a column of a lead; undefined where the lead has none. */
export const leadValue = (lead: Lead, column: string): unknown =>
  column
    .split('.')
    .reduce<unknown>((node, name) => (node as Readonly<Record<string, unknown>> | undefined)?.[name], lead);
