import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

/** A zip of parts by their names. */
export const aZip = (
  parts: Readonly<Record<string, string | Buffer>>,
  { compress = true }: { readonly compress?: boolean } = {},
): Promise<Buffer> => {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(parts)) zip.addBuffer(Buffer.from(content), name, { compress });
  zip.end();
  return buffer(zip.outputStream);
};

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** A sheet as a test writes it: XML of its rows, or cells that are all text. */
export interface ASheet {
  readonly name: string;
  readonly state?: 'hidden' | 'veryHidden';
  /** What stands in `sheetData`. */
  readonly data?: string;
  readonly rows?: readonly (readonly string[])[];
  /** What stands behind `sheetData`. */
  readonly behind?: string;
}

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packageRelations = 'http://schemas.openxmlformats.org/package/2006/relationships';

/** Rows of text cells as a sheet has them. */
export const textRows = (rows: readonly (readonly string[])[], from = 1): string =>
  rows
    .map((cells, index) => {
      const all = cells.map((cell) => (cell === '' ? '<c/>' : `<c t="inlineStr"><is><t>${escaped(cell)}</t></is></c>`));
      return `<row r="${index + from}">${all.join('')}</row>`;
    })
    .join('');

const sheetXml = ({ rows = [], data = textRows(rows), behind = '' }: ASheet): string =>
  `<worksheet xmlns="${main}" xmlns:r="${relations}"><sheetData>${data}</sheetData>${behind}</worksheet>`;

const relationship = (id: string, type: string, target: string): string =>
  `<Relationship Id="${id}" Type="${relations}/${type}" Target="${target}"/>`;

/** What a workbook has beside its sheets. */
export interface AWorkbook {
  readonly sheets: readonly ASheet[];
  /** Items of the shared strings, as XML. */
  readonly strings?: readonly string[];
  /** Codes of the number formats of styles 1, 2 and so on; a number is a format that is known by it. */
  readonly formats?: readonly (string | number)[];
  readonly date1904?: boolean;
  /** Put in place of parts, or beside them. */
  readonly parts?: Readonly<Record<string, string | Buffer>>;
}

const stylesXml = (formats: readonly (string | number)[]): string => {
  const codes = formats.map((format, index) =>
    typeof format === 'string' ? `<numFmt numFmtId="${164 + index}" formatCode="${escaped(format)}"/>` : '',
  );
  const xfs = formats.map((format, index) => `<xf numFmtId="${typeof format === 'string' ? 164 + index : format}"/>`);
  return `<styleSheet xmlns="${main}"><numFmts>${codes.join('')}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>${xfs.join('')}</cellXfs></styleSheet>`;
};

/** The parts of a workbook. */
export const workbookParts = ({
  sheets,
  strings = [],
  formats = [],
  date1904 = false,
  parts = {},
}: AWorkbook): Record<string, string | Buffer> => {
  const entries = sheets.map(
    ({ name, state }, index) =>
      `<sheet name="${escaped(name)}" sheetId="${index + 1}" r:id="rId${index + 1}"${state === undefined ? '' : ` state="${state}"`}/>`,
  );
  const targets = sheets.map((_, index) =>
    relationship(`rId${index + 1}`, 'worksheet', `worksheets/sheet${index + 1}.xml`),
  );
  return {
    '[Content_Types].xml':
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
    '_rels/.rels': `<Relationships xmlns="${packageRelations}">${relationship('rId1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${relations}"><workbookPr${date1904 ? ' date1904="1"' : ''}/><sheets>${entries.join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${packageRelations}">${targets.join('')}${relationship('s', 'sharedStrings', 'sharedStrings.xml')}${relationship('f', 'styles', '/xl/styles.xml')}</Relationships>`,
    'xl/sharedStrings.xml': `<sst xmlns="${main}">${strings.map((item) => `<si>${item}</si>`).join('')}</sst>`,
    'xl/styles.xml': stylesXml(formats),
    ...Object.fromEntries(sheets.map((sheet, index) => [`xl/worksheets/sheet${index + 1}.xml`, sheetXml(sheet)])),
    ...parts,
  };
};

/** A workbook, small enough to be made by hand. */
export const aWorkbook = (workbook: AWorkbook): Promise<Buffer> => aZip(workbookParts(workbook));
