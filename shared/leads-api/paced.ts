import type { EpochMs } from '../clock.ts';
import type { Exchange } from './classify.ts';

/** A request that waits for its turn. */
export interface PacedRequest {
  /** Sends it; undefined where it decides at the last moment not to be sent. */
  readonly send: () => Promise<Exchange | undefined>;
  /** It is not begun later. */
  readonly latest: EpochMs;
  /** Whether `send` may be called once more where the API has said that it comes too soon. */
  readonly repeatable: boolean;
}

/** Sends a request when the API is ready for it; undefined where it was not sent. */
export type Paced = (request: PacedRequest) => Promise<Exchange | undefined>;

/** Sends at once. */
export const unpaced: Paced = ({ send }) => send();
