import { join } from 'node:path';
import { codesMarkdown } from './codes.ts';
import { samplesMarkdown } from './samples.ts';

/** The page that holds what is made from the code. */
export const brokersPage = join(import.meta.dirname, '..', '..', 'docs', 'brokers.md');

/** The page with one of its parts as the code has it now. */
const withPart = (page: string, part: string, markdown: string): string => {
  const [begin, end] = [`<!-- ${part}: npm run docs -->`, `<!-- end of ${part} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`docs/brokers.md has no place for the ${part}`);
  return `${page.slice(0, from)}${begin}\n\n${markdown}\n\n${page.slice(to)}`;
};

/** The page with every part that is made from the code as the code has it now. */
export const upToDate = async (page: string): Promise<string> =>
  withPart(withPart(page, 'codes', codesMarkdown()), 'samples', await samplesMarkdown());
