/** Text that is folded by nothing but its case. */
const plainWords = /^[!-_a-~]+(?: [!-_a-~]+)*$/;
const apostrophes = /[`´ʹʻʼʽʾʿˈ‘’‛′‵׳ꞌ＇]/g;
const hyphens = /[\p{Pd}\u2212]/gu;
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;

/**
 * What two texts have in common that look the same: composed or not, upper or lower case, whatever their spaces, line
 * breaks, apostrophes and hyphens, with or without invisible characters. For comparing; what is sent is what was written.
 */
export const foldedLook = (text: string): string => {
  if (plainWords.test(text)) return text.toLowerCase();
  return (
    text
      .replaceAll(apostrophes, "'")
      .replaceAll(invisible, '')
      .replaceAll(hyphens, '-')
      .replaceAll(/[\s\u0085]+/g, ' ')
      .trim()
      // By way of upper case, so that STRASSE is Straße.
      .toUpperCase()
      .toLowerCase()
      .normalize('NFKC')
      // A dotted capital İ is an i.
      .replaceAll('i\u0307', 'i')
  );
};
