import { visibleText } from '../../../shared/words/escaping.ts';
import type { ImportPlan } from '../places/import-plan.ts';
import { readTable, standardInput } from '../places/input-file.ts';
import { isRealApi } from '../places/open-api.ts';
import { Interrupted } from '../terminal/usage-error.ts';

/** Data rows of a file, as far as it can be read; the import itself says what is wrong with it. */
const countRows = async (file: string): Promise<number> => {
  let rows = 0;
  await readTable(file, async ({ records }) => {
    for await (const _ of records) rows += 1;
    return { rows };
  });
  return rows;
};

/** Asks once, on a terminal, before leads go to a real API: how many rows, which API. */
export const mayBeSent = async (imports: readonly ImportPlan[]): Promise<boolean> => {
  const sent = imports.filter(({ apiUrl, metadata }) => isRealApi(apiUrl) && metadata['dry-run'] !== 'true');
  const [first] = sent;
  if (first === undefined || first.yes || !process.stdin.isTTY || !process.stderr.isTTY) return true;
  const files = sent.flatMap(({ file }) => (file === standardInput ? [] : [file]));
  const counts = await Promise.all(files.map(async (file) => `${visibleText(file)} (${await countRows(file)} rows)`));
  const message = `Send the leads of ${counts.join(', ')} to ${first.apiUrl}?`;
  const { confirm, isCancel } = await import('@clack/prompts');
  const answer = await confirm({ message, initialValue: false, output: process.stderr });
  if (isCancel(answer)) throw new Interrupted();
  return answer;
};
