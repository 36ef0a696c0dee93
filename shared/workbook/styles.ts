import { limits } from '../limits.ts';
import { type NumberFormat, numberFormat, plainNumber } from './number-format.ts';
import { damaged, tooLarge } from './workbook-fault.ts';
import { readAllXml } from './xml.ts';

/** How the numbers of a cell are shown, by its style as the cell names it. */
export type Styles = (style: string) => NumberFormat;

export const noStyles: Styles = () => plainNumber;

/** Of a workbook whose formats are lost: what a number means nobody knows. */
export const lostStyles: Styles = (style) => {
  if (style === '0') return plainNumber;
  throw damaged('The part of the workbook that holds the formats of its cells is missing.');
};

/** Characters of a format's code; Excel itself takes no more. */
const longestCode = 255;

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
      } else if (name === 'numFmt' && within === 'numFmts') {
        const { formatCode = '' } = attributes;
        if (formatCode.length > longestCode)
          throw damaged('A format of the workbook is longer than any that Excel takes.');
        codes.set(Number(attributes['numFmtId']), formatCode);
      }
      if (codes.size > limits.maxCellFormats)
        throw tooLarge(`The workbook has more than ${limits.maxCellFormats} formats of numbers.`);
    },
    close: (name) => {
      if (name === within) within = '';
    },
  });
  const known = new Map([...new Set(ids)].map((id) => [id, numberFormat(id, codes.get(id))]));
  const formats = new Map(ids.map((id, style) => [String(style), known.get(id) ?? plainNumber]));
  return (style) => formats.get(style) ?? plainNumber;
};
