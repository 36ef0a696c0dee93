import { codesMarkdown } from './codes.ts';
import { samplesMarkdown } from './samples.ts';

/** The README with one of its parts as the code has it now. */
const withPart = (readme: string, part: string, markdown: string): string => {
  const [begin, end] = [`<!-- ${part}: npm run docs -->`, `<!-- end of ${part} -->`];
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`the README has no place for the ${part}`);
  return `${readme.slice(0, from)}${begin}\n\n${markdown}\n\n${readme.slice(to)}`;
};

/** The README with every part that is made from the code as the code has it now. */
export const upToDate = async (readme: string): Promise<string> =>
  withPart(withPart(readme, 'codes', codesMarkdown()), 'samples', await samplesMarkdown());
