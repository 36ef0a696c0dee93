import type { CreateAnswer, LeadRefusal, Trouble } from '../../shared/leads-api/answers.ts';

/** So many leads in a row that are refused in the same words are no fault of theirs. */
const mostInARow = 10;

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

  /** Leads that the API has created. */
  get creations(): number {
    return this.#creations;
  }

  /** Takes note of an answer, and adds what trouble it may be. */
  judge(answer: CreateAnswer): JudgedAnswer {
    if (answer.kind === 'created') {
      this.#creations += 1;
      this.#inARow = 0;
    }
    if (answer.kind !== 'refused') return answer;
    const reason = reasonOf(answer);
    this.#inARow = reason === this.#reason ? this.#inARow + 1 : 1;
    this.#reason = reason;
    const { httpStatus } = answer;
    if (this.#inARow >= mostInARow) return { ...answer, trouble: { code: 'refuses_all', httpStatus } };
    return answer.isPage ? { ...answer, trouble: { code: 'refused_by_page', httpStatus } } : answer;
  }

  /**
   * Whether a refusal is about its lead: the API has created others since, or it is none of those that may be trouble.
   * @param creationsBefore the leads that were created when it came
   */
  isOfLead(refusal: Refusal, creationsBefore: number): boolean {
    if (this.#creations > creationsBefore) return true;
    return !refusal.isPage && (this.#inARow < mostInARow || reasonOf(refusal) !== this.#reason);
  }
}
