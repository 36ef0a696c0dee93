import { z } from 'zod';
import { refuse } from '../refusal.ts';

/** The codes that the API allows, with the names that people write. */
const stateNames = {
  ACT: 'australian capital territory',
  NSW: 'new south wales',
  NT: 'northern territory',
  QLD: 'queensland',
  SA: 'south australia',
  TAS: 'tasmania',
  VIC: 'victoria',
  WA: 'western australia',
} as const;

/** A state or territory of Australia as the API writes it. */
export type StateCode = keyof typeof stateNames;

const codeByName = new Map<string, StateCode>();
for (const [code, name] of Object.entries(stateNames)) {
  codeByName.set(code.toLowerCase(), code as StateCode);
  codeByName.set(name, code as StateCode);
}

/** A state by its code or its name, as its code. */
export const state = () =>
  z.string().transform((text, context): StateCode => {
    const code = codeByName.get(text.toLowerCase().replaceAll('.', '').replaceAll(/\s+/g, ' '));
    if (code === undefined) {
      refuse(context, 'invalid_state', `expected one of ${Object.keys(stateNames).join(', ')}`);
      return z.NEVER;
    }
    return code;
  });

/** A postcode as the number that the API wants; three digits are a Northern Territory one without its zero. */
export const postcode = () =>
  z.string().transform((text, context): number => {
    const value = /^\d{3,4}$/.test(text) ? Number(text) : 0;
    if (value < 200) {
      refuse(context, 'invalid_postcode', 'expected a postcode of four digits, such as 2000 or 0800');
      return z.NEVER;
    }
    return value;
  });
