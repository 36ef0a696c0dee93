import type { DropAgain } from '../../../shared/report/drop-again.ts';
import { headersOf } from '../../../shared/report/headers-of.ts';
import { type Story, storyOf } from '../../../shared/report/sentences.ts';
import { placeWordOf, type Summary } from '../../../shared/report/summary.ts';
import { noticedOf } from '../../../shared/report/told-warnings.ts';
import { counted, placesText } from '../../../shared/words/counted.ts';
import { harmless } from '../../../shared/words/escaping.ts';
import type { Output } from '../terminal/output.ts';

const shownErrors = 5;

/** What the file itself calls a column. */
const namesOf = (summary: Summary) => {
  const headers = headersOf(summary);
  return (column: string): string => headers.get(column) ?? column;
};

const errorLines = (summary: Summary): string[] => {
  const ofFile = new Set<string>(summary.faults.map(({ code }) => code));
  const errors = summary.errors.filter(({ code }) => !ofFile.has(code));
  if (errors.length === 0) return [];
  const nameOf = namesOf(summary);
  const first = errors.slice(0, shownErrors).map(({ count, column, message, lines }) => {
    const where = placesText(placeWordOf(summary), lines, count);
    return `    ${counted(count, 'row')}: ${column === '' ? '' : `${nameOf(column)}: `}${message} (${where})`;
  });
  const more =
    errors.length > shownErrors ? [`    and ${counted(errors.length - shownErrors, 'more kind')}; see the report`] : [];
  return ['', '  What is wrong:', ...first, ...more];
};

const noticedLines = (summary: Summary): string[] => {
  const noticed = noticedOf(summary);
  if (noticed.length === 0) return [];
  const nameOf = namesOf(summary);
  const lines = noticed.map(({ column, where, sentence }) => {
    const heads = [...(column === '' ? [] : [nameOf(column)]), ...(where === '' ? [] : [`(${where})`])];
    return `    ${heads.length === 0 ? '' : `${heads.join(' ')}: `}${sentence}`;
  });
  return ['', '  What was noticed:', ...lines];
};

/** What is wrong with a file that was refused as a whole was said before. */
const stepLines = ({ steps }: Story, { faults, rows }: Summary): string[] =>
  steps.length === 0 || (faults.length > 0 && rows === 0)
    ? []
    : [
        '',
        '  What to do next:',
        ...steps.flatMap(({ text, command }, index) => [
          `    ${index + 1}. ${text}`,
          ...(command === undefined ? [] : [`       ${command}`]),
        ]),
      ];

/** A summary as a person reads it in a terminal: the story of the report page. It shows counts, columns and lines, and no cell. */
export const summaryText = (
  summary: Summary,
  directory: string,
  again: DropAgain,
  paint: Output['paint'] = (_, text) => text,
): string => {
  const story = storyOf(summary, again);
  return [
    `${story.title}. ${story.sentence}`,
    ...story.endings.map(({ tone, count, words }) => paint(tone, `  ${String(count).padStart(7)}  ${words}`)),
    ...story.furtherSentences.map((text) => `  ${text}`),
    ...errorLines(summary),
    ...noticedLines(summary),
    ...stepLines(story, summary),
    '',
    `  Report: ${harmless(directory)}`,
  ].join('\n');
};
