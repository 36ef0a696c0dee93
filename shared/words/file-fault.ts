/** How a refused file comes back, once its tip was followed. */
export type Mend =
  /** Something in it was corrected. */
  | 'save'
  /** It is taken as it is. */
  | 'take'
  /** With a mapping file that was made for it. */
  | 'map'
  /** Not at all: another file is the one to take. */
  | 'other';

interface CatalogueEntry {
  readonly meaning: string;
  readonly tip: string;
  /** Absent: `save`. */
  readonly mend?: Mend;
}

/** Every code by which a file is refused as a whole, with what it means and what to do about it. Codes are stable. */
export const fileFaultCatalogue = {
  empty_file: { meaning: 'The file has no content.', tip: 'Export it again, with its header line.' },
  not_a_table: {
    meaning: 'The file is no table: it is an old or another workbook, a PDF, a web page, a picture.',
    tip: 'Save it as an Excel workbook (.xlsx) or as "CSV UTF-8".',
    mend: 'take',
  },
  workbook_protected: {
    meaning: 'The workbook is protected by a password.',
    tip: 'Open it in Excel, choose "File", "Info", "Protect Workbook" and "Encrypt with Password", remove the password and save.',
  },
  workbook_damaged: {
    meaning: 'The workbook is damaged or cut off.',
    tip: 'Open it in Excel, which may repair it, and save it; or upload it once more.',
  },
  several_sheets: {
    meaning: 'Several sheets of the workbook hold leads.',
    tip: 'Leave one of them visible, or name one with the option sheet.',
  },
  not_gzip: {
    meaning: 'The name ends in .gz, and the content is not gzip or is cut off.',
    tip: 'Compress the file again, or take the CSV itself.',
    mend: 'take',
  },
  file_too_large: { meaning: 'The file is larger than can be imported at once.', tip: 'Split it into several files.' },
  too_many_rows: {
    meaning: 'The file has more rows than can be imported at once.',
    tip: 'Split it into several files.',
  },
  too_many_columns: {
    meaning: 'The header has more than 300 columns, or a row more than 2,000 cells.',
    tip: 'Remove the empty columns: a spreadsheet may export all that it has.',
  },
  record_too_large: {
    meaning: 'A row exceeds 128 KiB.',
    tip: 'Usually a quote that opens on that line is never closed.',
  },
  unclosed_quote: {
    meaning: 'A quote opens and is never closed, so nothing after it can be read.',
    tip: 'Close the quote, or double it if it is part of the value.',
  },
  unknown_line_ends: {
    meaning: 'The lines end with a vertical tab or a Unicode line separator, which no CSV does.',
    tip: 'Export the file again with the line ends of Windows or Unix.',
  },
  header_too_far_down: {
    meaning: 'The header stands below the first 20 lines with content.',
    tip: 'Remove the lines above the header.',
  },
  shifted_columns: {
    meaning: 'Every row has fewer cells than the header has names, as where a name holds the delimiter.',
    tip: 'Put the name that holds the delimiter into quotes, or remove the delimiter from it.',
  },
  second_header: {
    meaning: 'Further down there is another header, with other columns or in another order.',
    tip: 'Make a file of its own of what stands below it.',
  },
  stray_quote: {
    meaning: 'There is a quote in the middle of a cell.',
    tip: 'Put the whole cell into quotes, without a space or a backslash before one, and double the quotes inside it; or remove the quote.',
  },
  unknown_delimiter: {
    meaning: 'The columns are separated by a character that cannot be used here, or each line is one cell in quotes.',
    tip: 'Export the file again as CSV with commas.',
  },
  missing_column: {
    meaning: 'A field that lumi needs has no column.',
    tip: 'Rename the columns, or say in a mapping file what they mean.',
    mend: 'map',
  },
  mapping_as_leads: {
    meaning: 'The file is a mapping workbook, and no file of leads.',
    tip: 'It says what the columns of another file mean: drop it as an Excel workbook (.xlsx) below mappings/, or name it with --mapping beside that file.',
    mend: 'other',
  },
  mapping_not_found: {
    meaning: 'The mapping file that the option names does not exist.',
    tip: 'Upload it below mappings/, or correct the option.',
    mend: 'take',
  },
  invalid_mapping: {
    meaning: 'The mapping file cannot be used.',
    tip: 'Correct what the message names.',
    mend: 'take',
  },
  invalid_option: {
    meaning: 'An option of the upload is not known or cannot be understood.',
    tip: 'Correct the option.',
    mend: 'take',
  },
  max_rejected_exceeded: {
    meaning: 'More rows are rejected than the option max-rejected allows. Nothing was sent.',
    tip: 'Correct the rows in retry.csv, or allow more.',
  },
  source_missing: { meaning: 'The file was removed before it could be read.', tip: 'Look for the file.', mend: 'take' },
  changed_while_reading: {
    meaning: 'The mapping file or the importer changed while the file was imported.',
    tip: 'Nothing was sent.',
    mend: 'take',
  },
  register_gone: {
    meaning: 'The importer does not know any more what earlier imports sent. Nothing was sent.',
    tip: 'Tell the engineer who looks after the importer: an earlier version of state/register.json has to be put back, or made anew with npm start -- doctor --rebuild-register.',
    mend: 'take',
  },
  memory_damaged: {
    meaning: 'What earlier imports sent cannot be read, since an object of the importer is damaged. Nothing was sent.',
    tip: 'Tell the engineer who looks after the importer: an earlier version of the object that the message names has to be put back; the register can be made anew with npm start -- doctor --rebuild-register.',
    mend: 'take',
  },
  importer_failed: {
    meaning: 'The importer could not read the file after several attempts.',
    tip: 'Nothing was sent. Tell the engineer who looks after the importer.',
    mend: 'take',
  },
} as const satisfies Record<string, CatalogueEntry>;

export type FaultCode = keyof typeof fileFaultCatalogue;

/** Codes of warnings about a file as a whole. */
export const fileWarningCatalogue = {
  read_as_windows_1252: {
    meaning: 'The file is not UTF-8, so it was read as Windows-1252.',
    tip: 'Check the accents in the report. To be sure, export as "CSV UTF-8".',
  },
  read_as_macintosh: {
    meaning:
      'The file is not UTF-8 and its line ends and accents are those of an old Macintosh, so it was read as Mac Roman.',
    tip: 'Check the accents in the report. To be sure, export as "CSV UTF-8".',
  },
  lines_above_header: {
    meaning: 'Lines above the header, such as a title, were left out.',
    tip: 'Nothing to do, if they hold no lead.',
  },
  several_columns: {
    meaning:
      'Several columns hold the same field; in each row the first of them that is filled in counts: a mobile before another phone, an ABN before an ACN.',
    tip: 'Nothing to do, or say in a mapping file which one counts.',
  },
  months_or_years: {
    meaning: 'The column may hold months or years, and lumi counts repayments.',
    tip: 'Check the unit. A mapping file can say that it is a term, and how often it is repaid.',
  },
  several_mappings: {
    meaning: 'Several mapping files were made for this header; the one that was written last was used.',
    tip: 'Remove the ones that are not used any more from mappings/.',
  },
  mapping_not_used: {
    meaning:
      'A mapping file was made for nearly this header and was not used, since some names of columns are others now.',
    tip: 'Compare the rows with what it says of columns, dates and units. Name it with the option mapping, or make one for this header.',
  },
  changed_header: {
    meaning: 'Names of columns of the retry file were changed; it was read by the mapping file of nearly its header.',
    tip: 'Nothing to do, if the columns that the mapping file names are there and mean the same.',
  },
  name_and_content_differ: {
    meaning: 'The file is another kind than its name says; it was read as what it is.',
    tip: 'Nothing to do, if the rows are right.',
  },
  paced_by_api: {
    meaning: 'The API takes only so many leads a second, so they were sent as fast as it let them through.',
    tip: 'Nothing to do. If imports take too long, ask lumi for a higher limit.',
  },
  sheet_chosen: {
    meaning: 'The workbook has other sheets; this one was read, since its header names what lumi needs.',
    tip: 'Nothing to do, if no leads are in the others; otherwise make a file of each.',
  },
  no_rows: { meaning: 'The file has a header and no rows.', tip: 'Nothing to do, if that is right.' },
} as const satisfies Record<string, { meaning: string; tip: string }>;

/** Why a file is refused as a whole: data until it is shown. It quotes nothing but names that the header or an option holds. */
export interface FileFault {
  readonly kind: 'fault';
  readonly code: FaultCode;
  /** What is wrong, in sentences: where, and what was expected. */
  readonly what: string;
  /** What to do about it, in sentences. */
  readonly tip: string;
  /** Line of the file, the first being 1; null where the fault is of the file as a whole. */
  readonly line: number | null;
  /** Sheets of a workbook of which somebody has to say one. */
  readonly sheets?: readonly string[] | undefined;
}

/** @param tip where more can be said than for every fault of the code */
export const fileFault = (
  code: FaultCode,
  what: string,
  line: number | null = null,
  tip: string = fileFaultCatalogue[code].tip,
): FileFault => ({ kind: 'fault', code, what, tip, line });

/** How a file comes back that was refused with a code. */
export const mendOf = (code: FaultCode): Mend => {
  const { mend = 'save' }: CatalogueEntry = fileFaultCatalogue[code];
  return mend;
};

/** A fault in one piece, for who shows nothing else of it. */
export const faultSentence = ({ what, tip }: Pick<FileFault, 'what' | 'tip'>): string => `${what} ${tip}`.trim();
