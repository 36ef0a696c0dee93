import { Interrupted } from './usage-error.ts';

/** Whether there is somebody who can be asked. */
export const canAsk = (): boolean => process.stdin.isTTY && process.stderr.isTTY;

/** Asks a question on the terminal; no, unless somebody says yes. Throws `Interrupted`. */
export const confirmed = async (message: string): Promise<boolean> => {
  const { confirm, isCancel } = await import('@clack/prompts');
  const answer = await confirm({ message, initialValue: false, output: process.stderr });
  if (isCancel(answer)) throw new Interrupted();
  return answer;
};
