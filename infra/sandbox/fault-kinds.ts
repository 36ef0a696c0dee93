/** What the sandbox can do wrong, each at one request. */
export const faultKinds = [
  /** Answers late. */
  'latency',
  '401',
  '403',
  /** With `Retry-After`. */
  '429',
  '500',
  '503',
  /** The connection breaks before anything is stored. */
  'reset_before',
  /** The connection breaks after the lead is stored. */
  'reset_after',
  /** The lead is stored, and the answer never comes. */
  'timeout_after',
  /** The lead is stored, the status is good, and the body is not JSON. */
  'unreadable',
] as const;

/** What no answer shows, so that only the list can tell: never by chance, since nobody could prevent it. */
const untruths = [
  /** The lead is stored twice, as by a proxy that repeats a request. */
  'twice',
  /** The answer is good, and the lead is not kept. */
  'forgotten',
] as const;

/** Whatever a script may ask for. */
export const scriptedKinds = [...faultKinds, ...untruths] as const;
