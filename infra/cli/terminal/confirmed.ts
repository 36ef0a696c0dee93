import { Interrupted, UsageError } from './usage-error.ts';

/** Whether there is somebody who can be asked. */
export const canAsk = (): boolean => process.stdin.isTTY && process.stderr.isTTY;

/** Whether somebody wants it: `--yes` says so, otherwise whoever is at the terminal. @param toDo what the option does */
export const isWanted = async (yes: boolean | undefined, question: string, toDo: string): Promise<boolean> => {
  if (yes === true) return true;
  if (!canAsk()) throw new UsageError(`Nobody can be asked here: add --yes to ${toDo}.`);
  return confirmed(question);
};

/** Asks a question on the terminal; no, unless somebody says yes. Throws `Interrupted`. */
export const confirmed = async (message: string): Promise<boolean> => {
  const { confirm, isCancel } = await import('@clack/prompts');
  const answer = await confirm({ message, initialValue: false, output: process.stderr });
  if (isCancel(answer)) throw new Interrupted();
  return answer;
};
