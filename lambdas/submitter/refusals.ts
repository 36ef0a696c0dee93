import { BoundedMap } from '../../shared/bounded-map.ts';
import type { CreateAnswer, LeadRefusal, Trouble } from '../../shared/leads-api/answers.ts';

/** So many leads in a row that are refused in the same words are no fault of theirs. */
const mostInARow = 10;

/** Leads of which that is remembered: those of some batches. */
const maxRemembered = 5_000;

/** Numbers in the words of a refusal, such as those of a request, tell no refusals apart. */
const reasonOf = ({ httpStatus, message }: LeadRefusal): string => `${httpStatus} ${message.replaceAll(/\d+/g, '#')}`;

/** A refusal that may be about the API and not about the lead, as the gate sees it. */
export type Refusal = LeadRefusal & { readonly trouble?: Trouble };

export type JudgedAnswer = Exclude<CreateAnswer, LeadRefusal> | Refusal;

/**
 * Tells for one instance which refusals are about the leads: an API that is down may say so with a 400. One that comes as
 * a page, and ten in a row in the same words, are trouble until a lead is created.
 */
export class Refusals {
  #creations = 0;
  #reason = '';
  #inARow = 0;
  #areTrouble = false;
  /** For leads that stayed unsent, by fingerprint, the leads that were created when they were refused first. */
  readonly #createdBefore = new BoundedMap<string, number>(maxRemembered);

  /** Leads that the API has created. */
  get creations(): number {
    return this.#creations;
  }

  /** Whether what was refused last may be no fault of its lead. */
  get areTrouble(): boolean {
    return this.#areTrouble;
  }

  get #isRun(): boolean {
    return this.#inARow >= mostInARow;
  }

  /** Takes note of the answer to a lead, given by its fingerprint, and adds what trouble it may be. */
  judge(lead: string, answer: CreateAnswer): JudgedAnswer {
    if (answer.kind === 'created') {
      this.#creations += 1;
      this.#inARow = 0;
      this.#areTrouble = false;
    }
    if (answer.kind !== 'refused' || this.#createdSince(lead)) return answer;
    const reason = reasonOf(answer);
    this.#inARow = reason === this.#reason ? this.#inARow + 1 : 1;
    this.#reason = reason;
    const { httpStatus } = answer;
    this.#areTrouble = this.#isRun || answer.isPage;
    const code = this.#isRun ? 'refuses_all' : 'refused_by_page';
    return this.#areTrouble ? { ...answer, trouble: { code, httpStatus } } : answer;
  }

  /** Whether the API has created others since it refused a lead first. */
  #createdSince(lead: string): boolean {
    return this.#creations > (this.#createdBefore.get(lead) ?? this.#creations);
  }

  /**
   * Whether a refusal is about its lead: the API has created others since it refused the lead first, or the refusal is
   * none of those that may be trouble.
   * @param lead its fingerprint
   * @param creationsBefore the leads that were created when it came
   */
  isOfLead(lead: string, refusal: LeadRefusal, creationsBefore: number): boolean {
    if (this.#creations > creationsBefore || this.#createdSince(lead)) return true;
    if (!refusal.isPage && !(this.#isRun && reasonOf(refusal) === this.#reason)) return true;
    if (!this.#createdBefore.has(lead)) this.#createdBefore.set(lead, creationsBefore);
    return false;
  }
}
