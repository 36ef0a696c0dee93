import { Mime } from 'mime/lite';
import standardTypes from 'mime/types/standard.js';

/** What vendors have registered for documents that brokers send; the other thousand would be 27 kB in the bundle. */
const vendorTypes = {
  'application/vnd.ms-excel': ['xls', 'xlt'],
  'application/vnd.ms-excel.sheet.macroenabled.12': ['xlsm'],
  'application/vnd.ms-outlook': ['msg'],
  'application/vnd.ms-powerpoint': ['ppt', 'pps'],
  'application/vnd.ms-word.document.macroenabled.12': ['docm'],
  'application/vnd.oasis.opendocument.spreadsheet': ['ods'],
  'application/vnd.oasis.opendocument.text': ['odt'],
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': ['pptx'],
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': ['xlsx'],
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': ['docx'],
  'application/vnd.apple.numbers': ['numbers'],
  'application/vnd.apple.pages': ['pages'],
  'application/vnd.rar': ['rar'],
  'application/x-7z-compressed': ['7z'],
};

const types = new Mime(standardTypes, vendorTypes);

/** The media type of a document by the ending of its name. */
export const documentType = (filename: string): string => types.getType(filename) ?? 'application/octet-stream';
