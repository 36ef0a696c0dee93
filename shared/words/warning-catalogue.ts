/** What a code means and what to do about it, in sentences. */
export interface CatalogueEntry {
  readonly meaning: string;
  readonly tip: string;
}

/** Every code of what is noticed of a row and does not keep it from being sent. Codes are stable. */
export const warningCatalogue = {
  encoded_text: {
    meaning:
      'The text holds what a web page or an address writes in place of a character, such as &amp; or %20 or _x000D_.',
    tip: 'Write the character itself.',
  },
  id_not_asked: {
    meaning: 'Whether lumi has a lead of that id, and whose it is, is asked only when the file is imported.',
    tip: 'Nothing to do.',
  },
  maybe_twice: {
    meaning: 'Two leads were found at lumi for the row.',
    tip: 'Look at both leads at lumi and have one of them closed.',
  },
  not_at_lumi: {
    meaning: 'The API said that it created the lead, and lumi’s list of leads does not show it.',
    tip: 'Ask lumi what became of the lead. If it is gone, change a cell of the row, for example its notes, and import it in a file of its own with the option again set to send.',
  },
  other_lead: {
    meaning: 'The id in lead__Id is the lead of somebody else at lumi.',
    tip: 'Look at both leads at lumi: the documents of this row may be attached to the other one.',
  },
  same_lead: {
    meaning: 'The API answered this row and another one with the id of one lead.',
    tip: 'Look at lumi whose lead it is, and whether the other row has one, before you import either again: what is attached for both goes to that one lead.',
  },
  alike_in_file: {
    meaning:
      'Another row of the file has the same person, company, amount and instalments, and differs in other fields. Both are sent.',
    tip: 'If they are one lead, have one of the two closed at lumi.',
  },
  no_leads: {
    meaning: 'The line holds no lead: a heading, a remark, a total, or the header again. It was left out.',
    tip: 'Nothing to do, unless it should be a lead.',
  },
  decimals_removed: {
    meaning: 'A spreadsheet had put decimals behind the number; they were taken off.',
    tip: 'Format the column as text, so that the spreadsheet keeps the number as it is.',
  },
  zero_date: {
    meaning: 'The cell holds what a program writes where no date is known; it was taken for empty.',
    tip: 'Nothing to do, or write the date.',
  },
  two_digit_year_completed: {
    meaning:
      'The year has two digits; of the two centuries only one makes the person 18 to 100 years old, so that was taken.',
    tip: 'Format the column as YYYY-MM-DD, so that the spreadsheet keeps four digits.',
  },
  younger_than_18: {
    meaning: 'By this date the person is younger than 18.',
    tip: 'Compare the date with the customer’s papers.',
  },
  placeholder_text: {
    meaning: 'The text may be what a program writes where there is no value; it is sent as it is written.',
    tip: 'If it is no value, leave the cell empty or write the value.',
  },
  phone_zero_restored: {
    meaning: 'The number had lost its leading zero; it was put back.',
    tip: 'Format the phone column as text, so that the spreadsheet keeps the zero.',
  },
  postcode_not_in_state: {
    meaning: 'The postcode belongs to another state. Towns at a border may have one of the neighbour’s.',
    tip: 'Compare postcode and state.',
  },
  licence_shape: {
    meaning: 'The number does not look like a driver licence of its state.',
    tip: 'Compare the number with the licence.',
  },
  licence_sent_as_text: {
    meaning: 'The licence number is sent as text, because it has letters, leading zeros or more than 15 digits.',
    tip: 'Nothing to do.',
  },
} as const satisfies Record<string, CatalogueEntry>;
