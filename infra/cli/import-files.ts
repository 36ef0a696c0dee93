import type { Arguments } from './arguments.ts';
import { mayBeSent } from './ask-before-sending.ts';
import type { Output } from './imports/place.ts';
import { startProgress } from './progress.ts';
import { checkPaths, runImport } from './run-import.ts';
import { interruptedCode, UsageError } from './usage-error.ts';

/** A file that was refused weighs more than rows that need a person. */
const worstOf = (codes: readonly number[]): number => [1, 2].find((code) => codes.includes(code)) ?? 0;

const importThrough = async (stack: string, imports: readonly Arguments[], output: Output): Promise<number> => {
  const { importThroughStack } = await import('./imports/import-through-stack.ts');
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
  let progress = startProgress(process.stderr);
  process.once('SIGINT', () => {
    progress.end();
    const hint =
      imports[0]?.state === undefined
        ? 'With --state DIR an interrupted import can go on.'
        : 'Run the same command again to go on.';
    progress.line(`\nInterrupted. ${hint}`);
    process.exit(interruptedCode);
  });
  const codes: number[] = [];
  for (const each of imports) {
    progress = startProgress(process.stderr);
    codes.push(await runImport(each, progress));
  }
  return worstOf(codes);
};
