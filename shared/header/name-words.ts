/** A name as plain words: `POAddressLine1` is `po address line 1`. */
export const wordsOf = (title: string): string =>
  title
    .normalize('NFKC')
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replaceAll(/(\p{L})(\d)/gu, '$1 $2')
    .replaceAll(/[^\p{L}\p{N}%]+/gu, ' ')
    .trim()
    .toLowerCase();

/** A number or a code by which another program finds something: nothing that lumi takes is called so, but for a few. */
export const isReference = (words: string): boolean =>
  /\b(?:account|acct|customer|client|lead|deal|file|record|contact|invoice|loan|reference|ref)\b.*\b(?:no|number|num|nbr|code|id|count)$|^(?:count|id|code|ref|reference)$/.test(
    words,
  );
