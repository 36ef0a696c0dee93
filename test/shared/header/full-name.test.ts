import { describe, expect, it } from 'vitest';
import { twoNamesOf } from '../../../shared/header/full-name.ts';

describe('a full name', () => {
  it.each([
    ['Jan van der Berg', 'Jan', 'van der Berg'],
    ['Maria de la Cruz', 'Maria', 'de la Cruz'],
    ['Juan de los Santos', 'Juan', 'de los Santos'],
    ['Kari zu Guttenberg', 'Kari', 'zu Guttenberg'],
    ['Tomas af Ekenstam', 'Tomas', 'af Ekenstam'],
    ['Ali bin Ali', 'Ali', 'bin Ali'],
    ['Van Nguyen', 'Van', 'Nguyen'],
    ['Hon Lee', 'Hon', 'Lee'],
    ['Major Smith', 'Major', 'Smith'],
    ['Tom Lord', 'Tom', 'Lord'],
    ['The Nguyen', 'The', 'Nguyen'],
    ['Sam Doctor', 'Sam', 'Doctor'],
    ['Mira', 'Mira', ''],
  ])('%s is %s and %s', (text, first, last) => {
    expect(twoNamesOf(text)).toEqual({ first, last });
  });

  it.each(
    'Professor Ava Lee,Prof. Ava Lee,Hon. Tim Ng,The Hon Tim Lee,Captain Tom Lee,Fr. Tom Lee,Madam Lee,Ava Lee Dr'.split(
      ',',
    ),
  )('a title is no part of it: %s', (text) => {
    expect(twoNamesOf(text)).toBeUndefined();
  });

  it.each(['van der Berg', 'von Trapp', 'de Souza'])('a family name alone has no first name: %s', (text) => {
    expect(twoNamesOf(text)).toBeUndefined();
  });
});
