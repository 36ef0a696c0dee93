import { html } from 'hono/html';
import { visibleText } from '../../../shared/words/escaping.ts';
import { spokenMoment } from '../../../shared/words/spoken-time.ts';
import type { Html } from './html.ts';

/** Leads of an import that are in one state at lumi. */
export interface LeadState {
  /** As lumi calls it; empty where the list does not show the lead. */
  readonly state: string;
  readonly leads: number;
  /** What they ask for together, dollars. */
  readonly amount: number;
}

/** `WAITING_FOR_CALL` as people read it. */
const stateWords = (state: string): string => {
  if (state === '') return 'Not in the list of leads';
  const words = visibleText(state).toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

const bar = (share: number): Html =>
  html`<svg width="100%" height="10" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect width="${Math.max(1, Math.round(share * 100))}" height="10" fill="currentColor"></rect></svg>`;

const row = ({ state, leads, amount }: LeadState, most: number): Html =>
  html`<tr><th scope="row">${stateWords(state)}${bar(leads / most)}</th><td style="white-space:nowrap">${leads.toLocaleString('en-AU')}</td><td style="white-space:nowrap">$${amount.toLocaleString('en-AU')}</td></tr>`;

const section = (states: readonly LeadState[], askedAt: string, timeZone: string): Html => {
  const most = Math.max(...states.map(({ leads }) => leads));
  const sorted = states.toSorted((one, other) => other.leads - one.leads);
  return html`<section aria-labelledby="states"><h2 id="states">What became of the leads at lumi</h2>
<p>As lumi said on ${spokenMoment(askedAt, timeZone)}.</p>
<table><thead><tr><th scope="col">State</th><th scope="col" style="white-space:nowrap">Leads</th><th scope="col" style="white-space:nowrap">Amount</th></tr></thead><tbody>${sorted.map((each) => row(each, most))}</tbody></table></section>`;
};

/** A report page with a picture of what became of its leads; unchanged where there are none, or it has no place for it. */
export const withLeadStates = (
  page: string,
  states: readonly LeadState[],
  { askedAt, timeZone }: { readonly askedAt: string; readonly timeZone: string },
): string =>
  states.length === 0 ? page : page.replace('</main>', () => `${section(states, askedAt, timeZone)}</main>`);
