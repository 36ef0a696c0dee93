import type { HeaderPlan } from '../../../shared/header/header.ts';
import type { Mapping } from '../../../shared/header/mapping.ts';
import type { CellRules } from '../../../shared/lead/refusal.ts';
import type { TableEnd } from '../../../shared/table/table.ts';
import { foldedText } from '../../../shared/words/folded-name.ts';
import type { FileFacts } from './file-facts.ts';
import type { RowFormat } from './misread.ts';

/** Everything that reading a row depends on; equal plans read equal cells equally. */
export interface RowPlan {
  readonly header: HeaderPlan;
  /** Line on which the header starts. */
  readonly headerLine: number;
  readonly format: RowFormat;
  readonly mapping: Mapping;
  /** By column: the values that the mapping file gives for texts of the file, folded. */
  readonly values: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly enforceMandatories: boolean;
  readonly rules: CellRules;
  readonly facts: FileFacts;
  /** Whether hidden rows of a workbook are sent like those that can be seen. */
  readonly sendsHidden: boolean;
  /** The table that the workbook itself says its rows are. */
  readonly tableEnd?: TableEnd | undefined;
}

/** The mapping file's values by column and folded text. */
export const valuesOf = ({ values }: Mapping): RowPlan['values'] =>
  new Map(
    values.map(([column, texts]) => [column, new Map(texts.map(([text, value]) => [foldedText(text), String(value)]))]),
  );
