import { limits } from '../limits.ts';
import { type NumberFormat, numberFormat, plainNumber } from './number-format.ts';
import { tooLarge } from './workbook-fault.ts';
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
      else if (name === 'xf' && within === 'cellXfs') {
        if (ids.length === limits.maxCellFormats)
          throw tooLarge(`The workbook has more than ${limits.maxCellFormats} formats of cells.`);
        ids.push(Number(attributes['numFmtId'] ?? 0));
      } else if (name === 'numFmt' && within === 'numFmts')
        codes.set(Number(attributes['numFmtId']), attributes['formatCode'] ?? '');
      if (codes.size > limits.maxCellFormats)
        throw tooLarge(`The workbook has more than ${limits.maxCellFormats} formats of numbers.`);
    },
    close: (name) => {
      if (name === within) within = '';
    },
  });
  const formats = new Map(ids.map((id, style) => [String(style), numberFormat(id, codes.get(id))]));
  return (style) => formats.get(style) ?? plainNumber;
};
