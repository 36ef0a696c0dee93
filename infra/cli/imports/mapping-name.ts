import { hash } from 'node:crypto';
import { basename } from 'node:path';

/** What a mapping file is called in the bucket: another content is another name, so that no import takes another's. */
export const mappingName = (path: string, content: Uint8Array): string => {
  const name = basename(path)
    .replace(/\.json$/i, '')
    .replaceAll(/[^A-Za-z0-9_.-]/g, '-');
  return `cli-${name.slice(0, 80)}-${hash('sha256', content).slice(0, 8)}`;
};
