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

/** The only place of the product that reads the machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs)),
};

/** The only place of the product that rolls the machine's dice. */
export const systemChance: Chance = {
  fraction: () => Math.random(),
  token: () => crypto.randomUUID().replaceAll('-', '').slice(0, 16),
};

/** ISO 8601 in UTC, as written into every object of the bucket. */
export const isoTime = (at: EpochMs): string => new Date(at).toISOString();
