import { type CatalogueEntry, warningCatalogue } from './warning-catalogue.ts';

/** Every code of what keeps a row from being sent. */
const errorCatalogue = {
  required: {
    meaning: 'A value that lumi needs is missing.',
    tip: 'Fill in the cell.',
  },
  too_long: {
    meaning: 'The text is longer than the field takes.',
    tip: 'Shorten the text.',
  },
  control_character: {
    meaning: 'The cell holds a character that cannot be seen, such as a NUL byte.',
    tip: 'Retype the cell; the character usually came from a copy or a damaged export.',
  },
  undecodable: {
    meaning: 'Some bytes of the row are not text in the encoding of the file.',
    tip: 'Open the original in the program that made it, export it again as "CSV UTF-8", and import that file.',
  },
  mojibake: {
    meaning: 'The text was UTF-8 once and was read as something else, so its accents are broken.',
    tip: 'Retype the cell, or export the file again as "CSV UTF-8" from the program that made it.',
  },
  swallowed_rows: {
    meaning: 'A quote that opens in the cell is closed only rows later, so the cell contains whole rows.',
    tip: 'Open the original in a text editor and remove the stray quote, or double it if it is part of the value.',
  },
  ambiguous_name: {
    meaning: 'The cell holds something else than one first and one last name.',
    tip: 'Write first and last name into two columns, or one person’s first and last name and nothing else.',
  },
  invalid_email: {
    meaning: 'The text is not an e-mail address.',
    tip: 'Write one address such as name@example.com, and nothing else: no name, space or sign around it.',
  },
  invalid_phone: {
    meaning: 'The text is not a phone number.',
    tip: 'Write an Australian number with its area code (0412 345 678, 02 9876 5432) or an international one that starts with +.',
  },
  scientific_notation: {
    meaning: 'A spreadsheet turned the number into scientific notation; its last digits are lost.',
    tip: 'Format the column as text in the spreadsheet, type the number again and export again.',
  },
  invalid_date: {
    meaning: 'The text is not a date of the calendar.',
    tip: 'Write the date as YYYY-MM-DD, for example 1985-03-27.',
  },
  excel_serial_date: {
    meaning: 'A spreadsheet turned the date into a number; report.csv says which date it would mean.',
    tip: 'Format the column as a date (YYYY-MM-DD) in the spreadsheet and export again.',
  },
  two_digit_year: {
    meaning: 'The year has two digits, so the century would be a guess.',
    tip: 'Write the year with four digits. In Excel format the column as YYYY-MM-DD first, or it cuts them off again.',
  },
  date_out_of_range: {
    meaning: 'The date cannot be a date of birth: it is in the future or before 1900.',
    tip: 'Check day, month and year.',
  },
  not_a_number: {
    meaning: 'The text is not a number.',
    tip: 'Write digits only; money may have a $ and thousands commas. Leave the cell empty if the value is unknown.',
  },
  not_a_whole_number: {
    meaning: 'The number has a fraction where only a whole number makes sense.',
    tip: 'Round the number.',
  },
  out_of_range: {
    meaning: 'The number is outside the range that makes sense for the field.',
    tip: 'Check the number, and its unit.',
  },
  invalid_website: {
    meaning: 'The text is not the address of a web site.',
    tip: 'Write an address such as www.example.com.au, or leave the cell empty.',
  },
  invalid_abn: {
    meaning: 'The number is not an ABN or ACN: it has the wrong length, or its check digit does not fit.',
    tip: 'Compare the number with abr.business.gov.au; an ABN has 11 digits, an ACN has 9.',
  },
  acn_leading_zero: {
    meaning:
      'An ACN that begins with zero cannot be sent: lumi takes a number, and without its zero it is another one.',
    tip: "Write the company's ABN instead; report.csv says which one it would be.",
  },
  two_values: {
    meaning: 'Two columns of the file hold the field, both are filled in, and they differ.',
    tip: 'Leave only the right one filled in, or say in a mapping file which column counts.',
  },
  ambiguous_number: {
    meaning: 'The comma may separate thousands or decimals: another amount of the column has a decimal comma.',
    tip: 'Write the number without separators, such as 15000 or 15000.50.',
  },
  not_whole_repayments: {
    meaning: 'The term does not come to a whole number of repayments.',
    tip: 'Check the term and how often it is repaid, or write the number of repayments.',
  },
  unknown_frequency: {
    meaning: 'The row does not say how often the loan is repaid, so its term is no number of repayments.',
    tip: 'Write weekly, fortnightly, monthly or quarterly.',
  },
  invalid_state: {
    meaning: 'The text is not an Australian state or territory.',
    tip: 'Write ACT, NSW, NT, QLD, SA, TAS, VIC or WA.',
  },
  invalid_postcode: {
    meaning: 'The text is not an Australian postcode.',
    tip: 'Write the four digits of the postcode.',
  },
  invalid_reason: {
    meaning: 'A loan reason is not one of those that lumi knows.',
    tip: 'Use hiring, inventory, debtConsolidation, marketing, wages, equipmentPurchasing, expansion, workingCapital or other, separated by semicolons. A mapping file can mend all of them at once.',
  },
  invalid_document_key: {
    meaning: 'A document is not named by a path below documents/.',
    tip: 'Write the path below documents/, such as smith/id.pdf: folders separated by /, and no drive, no web address, no .. and no slash at its beginning.',
  },
  too_many_documents: {
    meaning: 'The row names more documents than one lead can have.',
    tip: 'Name at most 20 documents; put several pages into one file.',
  },
  document_missing: {
    meaning: 'A document that the row names is not in the bucket.',
    tip: 'Upload the file below documents/, then import retry.csv.',
  },
  document_ambiguous: {
    meaning: 'No document has the name that the row says, and several look the same.',
    tip: 'Rename one of the files, or copy the name of the right one into the cell.',
  },
  document_too_large: {
    meaning: 'A document is larger than 25 MiB, so the lead was not sent.',
    tip: 'Make the file smaller or split it.',
  },
  document_empty: {
    meaning: 'A document has no content, so the lead was not sent.',
    tip: 'Upload the file again.',
  },
  document_refused: {
    meaning: 'The lead was created, but the API refused a document.',
    tip: 'Look at the reason, replace the file, then import retry.csv: only the missing documents are sent.',
  },
  document_too_slow: {
    meaning: 'The lead was created, but the line to the API is too slow for a document.',
    tip: 'Make the file smaller, or use a faster line; then import retry.csv: only the missing documents are sent.',
  },
  document_not_confirmed: {
    meaning:
      'The lead was created and a document sent, but no answer says whether it is attached: it may be there, once or several times.',
    tip: 'Look at lumi whether the lead has the document. If it has, take the row out of retry.csv; if not, import retry.csv. Sending it again without looking may attach it twice.',
  },
  document_not_attached: {
    meaning: 'The lead was created, but a document could not be attached before the importer gave up.',
    tip: 'Import retry.csv: only the missing documents are sent.',
  },
  too_few_cells: {
    meaning: 'The row has fewer cells than the header has columns, and other rows of the file do not.',
    tip: 'A delimiter is missing, or the row was cut off: compare it with its neighbours. Empty cells need their delimiters too.',
  },
  undivided_row: {
    meaning:
      'The cells of the row are separated by another sign than those of the header, or the row stands in quotes as a whole.',
    tip: 'Write the row as the header is written: the same sign between the cells, and quotes around single cells only.',
  },
  nothing_of_a_lead: {
    meaning: 'The row holds nothing that a lead is known by: no e-mail address, phone, ABN or amount.',
    tip: 'If it is a lead, fill in what lumi needs. If it is a line of another table, or a remark, remove it.',
  },
  torn_row: {
    meaning: 'A line break in a cell without quotes has made two rows of one.',
    tip: 'If the two lines are one row, put its cell into quotes or remove the line break. If one of them is a heading or a remark, remove that line.',
  },
  ambiguous_date: {
    meaning: 'Day and month could be either way round: another date of the file can only be the other way round.',
    tip: 'Write the date as YYYY-MM-DD. If all dates of the file are month first, its mapping file has to say so (dates, MDY).',
  },
  ambiguous_iso_date: {
    meaning: 'Day and month could be either way round: another date of the column has its day before its month.',
    tip: 'Write the month as a word, such as 4 March 1985.',
  },
  ambiguous_us_date: {
    meaning:
      'Day and month could be either way round: the mapping file says month first, and another date of the file can only be day first.',
    tip: 'Write the date as YYYY-MM-DD. If all dates of the file are day first, its mapping file has to say so (dates, DMY).',
  },
  spreadsheet_error: {
    meaning: 'A program wrote an error, NULL or the like in place of the value.',
    tip: 'Type the value itself.',
  },
  broken_text: {
    meaning: 'The text was read in another encoding than it was written in, so its letters are broken.',
    tip: 'Export the file again as "CSV UTF-8", or say with the option encoding what it is.',
  },
  too_many_cells: {
    meaning: 'The row has more cells than the header has columns.',
    tip: 'A cell probably holds the delimiter without quotes around it; put it in quotes or remove it.',
  },
  invalid_lead_id: {
    meaning: 'lead__Id does not hold the id of a lead.',
    tip: 'Copy the id from the report or from lumi, or write none where the lead is not there.',
  },
  lead_not_found: {
    meaning: 'The API knows no lead with the id in lead__Id.',
    tip: 'If the id is that of a report, import the row again later: lumi may not show a new lead at once. Otherwise copy the id from the report.',
  },
  refused_by_api: {
    meaning: 'The API refused the lead; report.csv has its message.',
    tip: 'Correct what the API names.',
  },
  duplicate_in_file: {
    meaning: 'An earlier row of the same file is the same lead.',
    tip: 'Nothing to do, unless the two rows should differ.',
  },
  duplicate_of_import: {
    meaning: 'An earlier import holds the same lead.',
    tip: 'Nothing to do. If that import was still running and did not create the lead, its own retry file holds the row.',
  },
  duplicate_of_unconfirmed: {
    meaning: 'An earlier import sent the same lead and could not find out whether it was created.',
    tip: 'Look for the lead at lumi, and write into lead__Id of this row the id that is shown there, or none where it is not there; then drop the file again.',
  },
  already_complete: {
    meaning: 'The row carries the id of a lead and names no document that is still missing.',
    tip: 'Nothing to do.',
  },
  gave_up: {
    meaning: 'The lead could not be sent before the give-up time.',
    tip: 'Import retry.csv when the API is back.',
  },
  cancelled: {
    meaning: 'The import was cancelled before the lead, or its documents, were sent.',
    tip: 'Import retry.csv when you want them to be sent.',
  },
  api_keeps_failing: {
    meaning: 'The API failed at this row three times in a row while it answered for others.',
    tip: 'Look at the reason. If the row looks right, ask lumi, then import retry.csv.',
  },
  unconfirmed: {
    meaning: 'The lead was sent, and neither the answer nor the list of leads shows whether it was created.',
    tip: 'Look for the lead at lumi. In unconfirmed.xlsx write into lead__Id the id that is shown there, or none where it is not there; then drop that file.',
  },
  not_sent: {
    meaning: 'The file was refused as a whole, so this good row was not sent either.',
    tip: 'Correct the rejected rows, then import retry.csv.',
  },
  beyond_first: {
    meaning: 'Only so many good rows were to be sent (option first), and this one is beyond them.',
    tip: 'Look at the leads that were sent, then import retry.csv for the others.',
  },
  hidden_row: {
    meaning: 'The workbook hides the row, by a filter or by hand, and nobody has seen it, so it was not sent.',
    tip: 'Show the row, if it is a lead; to send all hidden rows, import the file with the option hidden set to send.',
  },
  formula_without_value: {
    meaning: 'The cell is a formula, and the workbook does not hold its value.',
    tip: 'Open the workbook in Excel and save it, so that it holds the values; or write the value into the cell.',
  },
  sent_otherwise: {
    meaning:
      'An earlier import sent the same lead with other details; a lead at lumi cannot be completed, so it was not sent again.',
    tip: 'Change the lead at lumi if the new details matter. To send it as a second lead, import the row with the option again set to send.',
  },
} as const satisfies Record<string, CatalogueEntry>;

/**
 * Every code that a row or a warning can carry, with what it means and what to do about it.
 * Codes are stable: partners' own tools may rely on them.
 */
export const problemCatalogue = { ...errorCatalogue, ...warningCatalogue };

export type ProblemCode = keyof typeof problemCatalogue;
