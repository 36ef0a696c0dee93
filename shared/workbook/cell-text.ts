import { masked, type NumberFormat } from './number-format.ts';

const daySeconds = 86_400;
/** Days from 1900-01-00 to 1970-01-01, as a workbook counts them that takes 1900 for a leap year. */
const epochDays = 25_569;
/** What workbooks that count from 1904 are behind. */
const days1904 = 1_462;
/** The day that 1900 did not have. */
const noDay = 60;
/** 9999-12-31. */
const lastDay = 2_958_465;

/** A number without an exponent, to the 15 digits that a spreadsheet keeps; above them with one, since digits are lost. */
const numberText = (value: number): string => {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  const kept = Number(value.toPrecision(15));
  if (Math.abs(kept) >= 1e15) return kept.toExponential().toUpperCase();
  const text = String(kept);
  // Of a number far below one: as many decimals as its 15 digits need.
  return text.includes('e') ? kept.toFixed(Math.min(100, 15 - Number(text.split('e')[1]))).replace(/0+$/, '') : text;
};

const twoDigits = (number: number): string => String(number).padStart(2, '0');

/** A moment as a spreadsheet counts it; undefined where it is none. */
const dateText = (serial: number, hasTime: boolean, is1904: boolean): string | undefined => {
  const seconds = Math.round((is1904 ? serial + days1904 : serial) * daySeconds);
  const day = Math.floor(seconds / daySeconds);
  if (day < 1 || day === noDay || day > lastDay) return undefined;
  // Before its 29 February the calendar of 1900 is a day ahead.
  const moment = new Date((seconds - (day < noDay ? epochDays - 1 : epochDays) * daySeconds) * 1_000);
  const date = `${String(moment.getUTCFullYear()).padStart(4, '0')}-${twoDigits(moment.getUTCMonth() + 1)}-${twoDigits(moment.getUTCDate())}`;
  return hasTime ? `${date} ${moment.toISOString().slice(11, 19)}` : date;
};

/** A number as its format has it read: the value of the cell, and not what a narrow column shows of it. */
export const textOfNumber = (value: number, format: NumberFormat, is1904: boolean): string => {
  switch (format.kind) {
    case 'number':
      return numberText(value);
    case 'date':
      return dateText(value, format.hasTime, is1904) ?? numberText(value);
    case 'percent':
      return `${Number((value * 100).toPrecision(15)).toFixed(format.decimals)}%`;
    case 'mask':
      return Number.isSafeInteger(value) && value >= 0 && value < 1e15
        ? masked(value, format.pattern)
        : numberText(value);
  }
};

/** A moment that is written out, as `2026-11-23T00:00:00`. */
export const textOfIsoDate = (text: string, format: NumberFormat): string => {
  const [, date, time] = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}:\d{2}))?/.exec(text) ?? [];
  if (date === undefined) return text;
  const isShown = format.kind === 'date' ? format.hasTime : time !== undefined && time !== '00:00:00';
  return isShown && time !== undefined ? `${date} ${time}` : date;
};

/** A text without what stands for a character that XML does not have: `_x000D_`. */
export const unescaped = (text: string): string =>
  text.includes('_x')
    ? text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    : text;
