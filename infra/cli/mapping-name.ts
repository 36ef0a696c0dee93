import { basename } from 'node:path';

/** What a mapping file is called in the bucket. */
export const mappingName = (path: string): string =>
  `cli-${basename(path)
    .replace(/\.json$/i, '')
    .replaceAll(/[^A-Za-z0-9_.-]/g, '-')}`.slice(0, 100);
