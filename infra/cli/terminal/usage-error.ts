/** The command line cannot be understood or done; the message is the one line that a person sees. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Somebody has pressed Ctrl-C at a question. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** What a shell expects of a command that was ended by Ctrl-C. */
export const interruptedCode = 130;
