import { headerRules } from '../../../shared/header/find-header.ts';
import { noMapping } from '../../../shared/header/mapping.ts';
import type { OpenTable } from '../../../shared/table/table.ts';
import { visibleText } from '../../../shared/words/escaping.ts';
import type { ImportPlan } from '../places/import-plan.ts';
import { readTable, standardInput } from '../places/input-file.ts';
import { isRealApi } from '../places/open-api.ts';
import { canAsk, confirmed } from '../terminal/confirmed.ts';

/** Data rows of a file, as far as it can be read; the import itself says what is wrong with it. */
const countRows = async (file: string, sheet: string | undefined): Promise<number> => {
  let rows = 0;
  const count = async ({ records }: OpenTable): Promise<{ rows: number }> => {
    for await (const _ of records) rows += 1;
    return { rows };
  };
  await readTable(file, count, { header: headerRules(noMapping, true), sheet });
  return rows;
};

/** Asks once, on a terminal, before leads go to a real API: how many rows, which API. */
export const mayBeSent = async (imports: readonly ImportPlan[]): Promise<boolean> => {
  const sent = imports.filter(({ apiUrl, metadata }) => isRealApi(apiUrl) && metadata['dry-run'] !== 'true');
  const [first] = sent;
  if (first === undefined || first.yes || !canAsk()) return true;
  const files = sent.filter(({ file }) => file !== standardInput);
  const counts = await Promise.all(
    files.map(async ({ file, metadata }) => `${visibleText(file)} (${await countRows(file, metadata['sheet'])} rows)`),
  );
  return confirmed(`Send the leads of ${counts.join(', ')} to ${first.apiUrl}?`);
};
