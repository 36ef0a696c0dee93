import { shellWord } from '../../../shared/words/escaping.ts';
import { isInUse } from '../../laptop/directory-lock.ts';
import { LocalBucket } from '../../laptop/local-bucket.ts';
import { UsageError } from '../terminal/usage-error.ts';
import type { ImportPlan } from './import-plan.ts';
import type { ImportingPlace, Place, PlaceOptions } from './place.ts';
import { checkUsedDirectory } from './state-directory.ts';

const openState = (directory: string): Place => {
  checkUsedDirectory(directory);
  const store = new LocalBucket(directory);
  const option = `--state ${shellWord(directory)}`;
  const idle = (): string | undefined =>
    isInUse(directory)
      ? undefined
      : `Nothing is importing there now: it goes on when the same import command, with ${option}, runs again.`;
  return { store, option, pollMs: 500, idle, close: async () => store.close() };
};

/** @throws UsageError where it is not said which place, or there is none */
export const openPlace = async ({ state, stack }: PlaceOptions): Promise<Place> => {
  if (state !== undefined && stack !== undefined) throw new UsageError('Expected --state or --stack, not both.');
  // The AWS SDK takes longer to load than all else that a state directory needs.
  if (stack !== undefined) return (await import('./stack.ts')).openStack(stack);
  if (state === undefined)
    throw new UsageError('Expected --state DIR, where an import on this machine was kept, or --stack NAME.');
  return openState(state);
};

/** Opens the place at which files are imported. @param say told what a person should know before it begins */
export const openImportingPlace = async (plan: ImportPlan, say: (line: string) => void): Promise<ImportingPlace> =>
  plan.stack === undefined
    ? (await import('./laptop.ts')).openLaptop(plan, say)
    : (await import('./stack.ts')).openStack(plan.stack, say);

/** Opens a place, does something there, and closes it. */
export const at = async <Result>(options: PlaceOptions, act: (place: Place) => Promise<Result>): Promise<Result> => {
  const place = await openPlace(options);
  try {
    return await act(place);
  } finally {
    await place.close();
  }
};
