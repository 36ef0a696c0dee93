import { type NumberFormat, numberFormat, plainNumber } from './number-format.ts';
import { readAllXml } from './xml.ts';

/** How the numbers of a cell are shown, by its style as the cell names it. */
export type Styles = (style: string) => NumberFormat;

export const noStyles: Styles = () => plainNumber;

/** Reads which number format each style of a workbook has. */
export const readStyles = async (bytes: AsyncIterable<Uint8Array>): Promise<Styles> => {
  const codes = new Map<number, string>();
  const ids: number[] = [];
  let within = '';
  await readAllXml(bytes, {
    open: (name, attributes) => {
      if (name === 'cellXfs' || name === 'numFmts') within = name;
      else if (name === 'xf' && within === 'cellXfs') ids.push(Number(attributes['numFmtId'] ?? 0));
      else if (name === 'numFmt' && within === 'numFmts')
        codes.set(Number(attributes['numFmtId']), attributes['formatCode'] ?? '');
    },
    close: (name) => {
      if (name === within) within = '';
    },
  });
  const formats = new Map(ids.map((id, style) => [String(style), numberFormat(id, codes.get(id))]));
  return (style) => formats.get(style) ?? plainNumber;
};
