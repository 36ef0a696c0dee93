/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number;

/** Time as the stories see it: the simulation and the tests pass a clock of their own. */
export interface Clock {
  now(): EpochMs;
  /** Resolves after `durationMs`; a clock decides itself how long that really takes. */
  sleep(durationMs: number): Promise<void>;
}

/** Chance as the stories see it, so that one seed can replay a whole run. */
export interface Chance {
  /** A number in [0, 1). */
  fraction(): number;
  /** A name that nobody else uses: of a run, of a lease's owner. */
  token(): string;
}

const sleep = (durationMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, durationMs));

/** The machine's clock: this file alone reads it. */
export const systemClock: Clock = { now: () => Date.now(), sleep };

/**
 * Time since the process began, by a clock that nobody sets: on a laptop the other one jumps where somebody puts it right,
 * and while it sleeps. What is waited for here is waited for awake.
 */
export const steadyClock: Clock = { now: () => Math.round(performance.timeOrigin + performance.now()), sleep };

/** The only place of the product that rolls the machine's dice. */
export const systemChance: Chance = {
  fraction: () => Math.random(),
  token: () => crypto.randomUUID().replaceAll('-', '').slice(0, 16),
};

/** ISO 8601 in UTC, as written into every object of the bucket. */
export const isoTime = (at: EpochMs): string => new Date(at).toISOString();
