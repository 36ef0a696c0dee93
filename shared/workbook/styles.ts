import { type NumberFormat, numberFormat, plainNumber } from './number-format.ts';
import { readAllXml } from './xml.ts';

/** How the numbers of a cell are shown, by the number of its style. */
export type Styles = (style: number) => NumberFormat;

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
  const formats = ids.map((id) => numberFormat(id, codes.get(id)));
  return (style) => formats[style] ?? plainNumber;
};
