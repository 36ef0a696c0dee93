import type { LeadPayload } from '../../infra/sandbox/lead-payload.ts';
import { anAbn } from '../support/sample-rows.ts';
import type { Dice } from './dice.ts';

/** What people know of one lead that they want to have created. */
export interface Want {
  /** Names the lead: it travels in a field that the API keeps and its listing does not show. */
  readonly key: string;
  /** Leads that can hardly be told apart in the listing have one look. */
  readonly look: string;
  readonly cells: Readonly<Record<string, string>>;
  readonly documents: readonly string[];
  /** What is wrong with it, if anything is. */
  readonly flaw: 'none' | 'bad_email' | 'refused_by_api';
}

export const header = [
  'First Name',
  'Last Name',
  'Email',
  'Mobile',
  'Business Name',
  'ABN',
  'Amount',
  'Instalments',
  'Notes',
  'Industry',
  'Accounting Software',
  'Documents',
] as const;

/** The key of the lead that was sent. */
export const leadKeyOf = (payload: LeadPayload): string => payload.company?.accounting_software ?? '';

const badEmail = 'pii.example.com';

export const goodEmail = (look: string): string => `pii.${look.toLowerCase()}@example.com`;

/** What a lead keeps however well the rest of its row is understood, for leads of these people. */
export const coreOf = ({ cells }: Want): string => `${cells['Email']} ${cells['Mobile']} ${cells['Amount']}`;

/** Thinks up what people may want, each with a key of its own. */
export class Wants {
  readonly #dice: Dice;
  readonly #documented: number;
  readonly all = new Map<string, Want>();

  /** @param documented how often a lead has a document */
  constructor(dice: Dice, documented: number) {
    this.#dice = dice;
    this.#documented = documented;
  }

  #keep(want: Want): Want {
    this.all.set(want.key, want);
    return want;
  }

  fresh(): Want {
    const number = this.all.size + 1;
    const look = `Look${number}`;
    const key = `Key${number}`;
    const flaw = this.#dice.pick([
      'none',
      'none',
      'none',
      'none',
      'none',
      'none',
      'bad_email',
      'refused_by_api',
    ] as const);
    const documents = this.#dice.chance(this.#documented) ? [`pii-${number}.txt`] : [];
    const cells = {
      'First Name': `Pii${number}`,
      'Last Name': 'Piison',
      Email: flaw === 'bad_email' ? badEmail : goodEmail(look),
      Mobile: `0491570${String(number % 1000).padStart(3, '0')}`,
      'Business Name': `Pii ${number} Pty`,
      ABN: anAbn(number),
      Amount: String(10_000 + number),
      Instalments: '52',
      Notes: '',
      Industry: flaw === 'refused_by_api' ? 'Forbidden' : 'Retail',
      'Accounting Software': key,
      Documents: documents.join(';'),
    };
    return this.#keep({ key, look, cells, documents, flaw });
  }

  /** Another lead of the same customer: the same in the listing, or different in one field of it. */
  lookalike(of: Want): Want {
    const key = `Key${this.all.size + 1}`;
    const difference = this.#dice.chance(0.5) ? {} : { Amount: String(500_000 + this.all.size) };
    return this.#keep({
      ...of,
      key,
      cells: { ...of.cells, ...difference, 'Accounting Software': key, Documents: '' },
      documents: [],
    });
  }

  /** The same lead with what was wrong put right. */
  corrected(want: Want): Want {
    return {
      ...want,
      cells: { ...want.cells, Email: goodEmail(want.look) },
      flaw: want.flaw === 'bad_email' ? 'none' : want.flaw,
    };
  }
}
