/** The command line cannot be understood or done; the message is the one line that a person sees. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
