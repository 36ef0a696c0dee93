import type { Arguments } from '../arguments.ts';

/** As a shell reads it: nothing in it is expanded. */
const quoted = (text: string): string =>
  /[^\w./:=%-]/.test(text) ? `'${text.replaceAll("'", String.raw`'\''`)}'` : text;

/** The command that imports a file with the documents, the mapping and the options of an import. */
export const commandFor = (
  { apiUrl, mapping, state, metadata }: Pick<Arguments, 'apiUrl' | 'mapping' | 'state' | 'metadata'>,
  folder: string | undefined,
  file: string,
): string => {
  // Who has looked at the first rows sends the others.
  const { first: _, mapping: __, ...options } = metadata;
  const named = { 'api-url': apiUrl, documents: folder, mapping, state, ...options };
  const words = Object.entries(named).flatMap(([name, value]) => {
    if (value === undefined) return [];
    if (name === 'enforce-mandatories') return ['--no-enforce-mandatories'];
    return value === 'true' ? [`--${name}`] : [`--${name}`, quoted(value)];
  });
  return ['npm start --', ...words, quoted(file)].join(' ');
};
