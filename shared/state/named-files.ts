import { limits } from '../limits.ts';
import { foldedLook } from '../words/folded-look.ts';

/** What is directly in a folder. */
export interface Folder {
  readonly files: readonly string[];
  readonly folders: readonly string[];
  /** Whether that is all of it. */
  readonly isWhole: boolean;
}

/** Where names are looked for; paths without a slash at either end, the empty one being the top. */
export interface FolderTree {
  folder(path: string): Promise<Folder>;
  /** Whether a file is there; asked where its folder is not known as a whole. */
  has(path: string): Promise<boolean>;
}

/** What a name in a cell stands for. */
export type NamedFiles =
  /** One file, or those of a folder, by their paths. */
  | { readonly kind: 'files'; readonly paths: readonly string[] }
  /** Several look the same, and none is equal. */
  | { readonly kind: 'alike'; readonly paths: readonly string[] }
  | { readonly kind: 'empty_folder' }
  | { readonly kind: 'full_folder'; readonly files: number }
  /** Nothing. `nearly`: files that have an ending more. */
  | { readonly kind: 'missing'; readonly nearly: readonly string[] };

/** What systems leave in folders for themselves. */
const isHidden = (name: string): boolean => /^[.~]|^(?:thumbs\.db|desktop\.ini|icon\r)$/i.test(name);

const below = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

const split = (path: string): readonly [folder: string, name: string] => {
  const at = path.lastIndexOf('/');
  return [path.slice(0, Math.max(0, at)), path.slice(at + 1)];
};

const filesOf = (path: string, { files }: Folder): NamedFiles => {
  const shown = files.filter((name) => !isHidden(name)).toSorted();
  if (shown.length === 0) return { kind: 'empty_folder' };
  if (shown.length > limits.maxDocumentsPerRow) return { kind: 'full_folder', files: shown.length };
  return { kind: 'files', paths: shown.map((name) => below(path, name)) };
};

const isFilled = ({ files, folders }: Folder): boolean => files.length + folders.length > 0;

/** Folders whose path looks like this one. */
const foldersLike = async (path: string, tree: FolderTree): Promise<readonly string[]> => {
  let found = [''];
  for (const part of path === '' ? [] : path.split('/')) {
    const next: string[] = [];
    for (const folder of found)
      for (const name of (await tree.folder(folder)).folders)
        if (foldedLook(name) === foldedLook(part)) next.push(below(folder, name));
    found = next;
  }
  return found;
};

const withoutEnding = (name: string): string => name.replace(/\.[^.]+$/, '');

/** What looks the same as a name that nothing is equal to. */
const lookAlike = async (name: string, tree: FolderTree): Promise<NamedFiles> => {
  const [parent, base] = split(name);
  const look = foldedLook(base);
  const [files, folders, nearly]: [string[], string[], string[]] = [[], [], []];
  for (const folder of await foldersLike(parent, tree)) {
    const inside = await tree.folder(folder);
    for (const file of inside.files) {
      if (foldedLook(file) === look) files.push(below(folder, file));
      else if (foldedLook(withoutEnding(file)) === look) nearly.push(below(folder, file));
    }
    for (const each of inside.folders) if (foldedLook(each) === look) folders.push(below(folder, each));
  }
  const alike = files.length > 0 ? files : folders;
  const [only] = alike;
  if (only === undefined) return { kind: 'missing', nearly };
  if (alike.length > 1) return { kind: 'alike', paths: alike };
  return files.length > 0 ? { kind: 'files', paths: [only] } : filesOf(only, await tree.folder(only));
};

/**
 * What a name stands for: the file that is equal to it, otherwise the files directly in the folder that is, otherwise the
 * one that looks the same.
 */
export const namedFiles = async (name: string, tree: FolderTree): Promise<NamedFiles> => {
  const [parent, base] = split(name);
  const around = await tree.folder(parent);
  if (around.files.includes(base) || (!around.isWhole && (await tree.has(name))))
    return { kind: 'files', paths: [name] };
  const inside = await tree.folder(name);
  return isFilled(inside) ? filesOf(name, inside) : lookAlike(name, tree);
};
