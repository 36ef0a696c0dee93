import mime from 'mime';
import { expect, it } from 'vitest';
import { documentType } from '../../../shared/leads-api/document-type.ts';

const endings =
  'pdf doc docx docm xls xlsx xlsm ppt pptx odt ods rtf txt csv msg eml jpg jpeg png gif heic heif tif tiff bmp webp zip 7z rar pages numbers html';

it.each(endings.split(' '))('a .%s is sent as what the whole table of media types says', (ending) => {
  expect(documentType(`statement.${ending}`)).toBe(mime.getType(`a.${ending}`));
});

it('a document of an unknown kind is sent as bytes', () => {
  expect(documentType('statement.unknown')).toBe('application/octet-stream');
});
