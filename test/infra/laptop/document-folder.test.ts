import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DocumentFolder } from '../../../infra/laptop/document-folder.ts';
import type { ObjectStore } from '../../../shared/bucket/object-store.ts';

describe('the documents of a directory', () => {
  let root: string;
  let folder: DocumentFolder;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'documents-'));
    mkdirSync(join(root, 'documents', 'a', 'b'), { recursive: true });
    for (const name of ['one.pdf', 'a.txt', 'a/two.pdf', 'a/b/three.pdf', 'a/empty.pdf'])
      writeFileSync(join(root, 'documents', name), name.endsWith('empty.pdf') ? '' : `what ${name} says`);
    writeFileSync(join(root, 'secret.txt'), 'of this machine');
    folder = new DocumentFolder(join(root, 'documents'), 'documents/');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const listed = async (prefix: string, after?: string): Promise<string[]> =>
    (await Array.fromAsync(folder.list(prefix, after))).map(({ key }) => key.slice('documents/'.length));
  const read = async (key: string, which?: Parameters<ObjectStore['get']>[1]): Promise<string | undefined> => {
    const object = await folder.get(`documents/${key}`, which);
    return object === undefined ? undefined : text(object.body as AsyncIterable<Buffer> as never);
  };

  it('are listed in the order of their keys, below a prefix, behind a key', async () => {
    expect(await listed('documents/')).toEqual(['a.txt', 'a/b/three.pdf', 'a/empty.pdf', 'a/two.pdf', 'one.pdf']);
    expect(await listed('documents/a/')).toEqual(['a/b/three.pdf', 'a/empty.pdf', 'a/two.pdf']);
    expect(await listed('documents/a/t')).toEqual(['a/two.pdf']);
    expect(await listed('documents/', 'documents/a/empty.pdf')).toEqual(['a/two.pdf', 'one.pdf']);
  });

  it('are read where they are, whole or a part, and are other ones once they were changed', async () => {
    expect(await read('a/two.pdf')).toBe('what a/two.pdf says');
    expect(await read('a/two.pdf', { range: { from: 5, bytes: 5 } })).toBe('a/two');
    expect(await read('a/empty.pdf')).toBe('');
    const before = await folder.head('documents/one.pdf');
    expect(before?.sizeBytes).toBe('what one.pdf says'.length);
    writeFileSync(join(root, 'documents', 'one.pdf'), 'WHAT one.pdf SAYS');
    utimesSync(join(root, 'documents', 'one.pdf'), 1, 1);
    await expect(folder.get('documents/one.pdf', { ifMatch: before?.etag ?? '' })).rejects.toThrow('another by now');
  });

  it.each(['gone.pdf', 'a', 'a/', 'a/gone/x.pdf', 'one.pdf/x', '../secret.txt', 'a/../../secret.txt', './one.pdf'])(
    'do not hold %s',
    async (name) => {
      expect(await folder.head(`documents/${name}`)).toBeUndefined();
      expect(await read(name)).toBeUndefined();
    },
  );

  it('never follow a link: to a file, to a folder, to nothing, in a loop, or in place of the folder itself', async () => {
    const at = (name: string): string => join(root, 'documents', name);
    symlinkSync(join(root, 'secret.txt'), at('file.pdf'));
    symlinkSync(root, at('folder'));
    symlinkSync(join(root, 'nowhere'), at('dangling.pdf'));
    symlinkSync(at('loop.pdf'), at('loop.pdf'));
    symlinkSync(at('one.pdf'), at('a/own.pdf'));
    const names = [
      'file.pdf',
      'folder/secret.txt',
      'folder/documents/one.pdf',
      'dangling.pdf',
      'loop.pdf',
      'a/own.pdf',
    ];
    for (const name of names) expect(await read(name), name).toBeUndefined();
    expect(await listed('documents/')).toEqual(['a.txt', 'a/b/three.pdf', 'a/empty.pdf', 'a/two.pdf', 'one.pdf']);
    symlinkSync(join(root, 'documents'), join(root, 'elsewhere'));
    const linked = new DocumentFolder(join(root, 'elsewhere'), 'documents/');
    expect(await linked.head('documents/one.pdf')).toBeUndefined();
    expect(await Array.fromAsync(linked.list('documents/'))).toEqual([]);
  });

  it('are none where the directory is not there', async () => {
    expect(await Array.fromAsync(new DocumentFolder(join(root, 'gone'), 'documents/').list('documents/'))).toEqual([]);
  });
});
