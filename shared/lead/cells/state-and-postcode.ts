import { type StateCode, stateCodes } from '../fixed-values.ts';
import { type CellReader, Refusal, Remarkable } from '../refusal.ts';
import { withoutDecimals } from './decimals.ts';
import { looksScientific } from './number.ts';

/** The names that people write. */
const stateNames: Readonly<Record<StateCode, string>> = {
  ACT: 'australian capital territory',
  NSW: 'new south wales',
  NT: 'northern territory',
  QLD: 'queensland',
  SA: 'south australia',
  TAS: 'tasmania',
  VIC: 'victoria',
  WA: 'western australia',
};

const codeByName = new Map<string, StateCode>();
for (const [code, name] of Object.entries(stateNames)) {
  codeByName.set(code.toLowerCase(), code as StateCode);
  codeByName.set(name, code as StateCode);
}

/** A state by its code or its name, as its code. */
export const state: CellReader<StateCode> = (text) => {
  const code = codeByName.get(text.toLowerCase().replaceAll('.', '').replaceAll(/\s+/g, ' ').replace(/^au-/, ''));
  if (code === undefined) {
    return new Refusal('invalid_state', `expected one of ${stateCodes.join(', ')}`);
  }
  return code;
};

/** The postcodes of each state, as Australia Post gives them out; some towns at a border use those of the neighbour. */
const postcodes: Readonly<Record<StateCode, readonly (readonly [number, number])[]>> = {
  ACT: [
    [200, 299],
    [2600, 2618],
    [2900, 2920],
  ],
  NSW: [
    [1000, 2599],
    [2619, 2899],
    [2921, 2999],
  ],
  NT: [[800, 999]],
  QLD: [
    [4000, 4999],
    [9000, 9999],
  ],
  SA: [[5000, 5999]],
  TAS: [[7000, 7999]],
  VIC: [
    [3000, 3999],
    [8000, 8999],
  ],
  WA: [[6000, 6999]],
};

/** Whether a state has given out a postcode. */
export const isInState = (code: number, inState: StateCode): boolean =>
  postcodes[inState].some(([first, last]) => code >= first && code <= last);

/** A postcode as the number that the API wants; three digits are a Northern Territory one without its zero. */
export const postcode: CellReader<number> = (text) => {
  if (looksScientific(text)) {
    return new Refusal(
      'scientific_notation',
      'expected the four digits of a postcode, and found a number that lost them',
    );
  }
  const whole = withoutDecimals(text);
  const digits = whole ?? text.replace(/^(?:'|z:)/, '');
  const value = /^\d{3,4}$/.test(digits) ? Number(digits) : 0;
  if (value < 200) {
    return new Refusal('invalid_postcode', 'expected a postcode of four digits, such as 2000 or 0800');
  }
  return whole === undefined ? value : new Remarkable(value, 'decimals_removed');
};
