import type { Arguments } from '../arguments.ts';
import type { Output } from '../terminal/output.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { mayBeSent } from './ask-before-sending.ts';
import { checkPaths, runImports } from './run-import.ts';

/** A file that was refused weighs more than rows that need a person. */
const worstOf = (codes: readonly number[]): number => [1, 2].find((code) => codes.includes(code)) ?? 0;

const importThrough = async (stack: string, imports: readonly Arguments[], output: Output): Promise<number> => {
  const { importThroughStack } = await import('./import-through-stack.ts');
  const codes: number[] = [];
  for (const each of imports) codes.push(await importThroughStack(each, stack, output));
  return worstOf(codes);
};

/** Imports files one after the other, on this machine or through a deployed stack; answers the worst that they came to. */
export const importFiles = async (imports: readonly Arguments[], output: Output): Promise<number> => {
  for (const each of imports) checkPaths(each);
  const [{ stack = undefined } = {}] = imports;
  if (stack !== undefined) return importThrough(stack, imports, output);
  if (!(await mayBeSent(imports))) throw new UsageError('Nothing was sent. --yes sends without asking.');
  return worstOf(await runImports(imports));
};
