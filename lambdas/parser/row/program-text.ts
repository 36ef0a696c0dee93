/** What a spreadsheet shows in place of a value, in any language: `#REF!`, `#NV`, `#¡VALOR!`, `#Н/Д`; a column too narrow. */
const spreadsheetErrors = [
  // The sign behind it, the slash in it or the sign before it make a word an error; without them it is known by its name.
  /^#[¡¿]?[\p{Lu}_]+(?:[/.][\p{Lu}\p{N}]+)+[!?]*$/u,
  /^#[¡¿]?[\p{Lu}\p{N}_/]+[!?]+$/u,
  /^# ?(?:n\/[abd]|nv|null|num|name|ref|value|yok|saknas|puuttuu|hiányzik|není_k_dispozici|nedostupný|getting_data|error|errore?|erreur|fehler|chyba|deleted|gelöscht|n\/a n\/a)$/iu,
  /^#n\/a requesting data/i,
  /^#{3,}$/,
  /^err:\d+$|^error: #/i,
];

/** What runtimes, databases and templates write where there is no value, and no person would. */
const nothing =
  /^(?:\\N|\[object \w+\]|\(null\)|<null>|<NA>|\(blank\)|\(empty\)|undefined|NaN|nan|NaT|null|NULL|loading(?:\.{3}|…)|%[A-Z_]{3,}%|System\.[A-Z]\w+(?:\[\])?|\[\]|\{\})$/;

/** The same where it may be a name or a word that somebody meant. */
const maybeNothing =
  /^(?:none|nan|null|nil|undefined|infinity|n\/?a|n\.a\.|not (?:available|applicable|provided|set)|unknown|no data|loading|array|object|nothing|inf|tb[acd]|-+|\?+|\.+|##?|#[\p{L}\p{N}_]+)$/iu;
/** The same with something behind it, that was put together with a value. */
const begunWithNothing = /^(?:null|undefined|NaN) \S/;

/** Longer than anything that stands for nothing. */
const longest = 60;

/** The same in the brackets of a program: `[null]`, `<nil>`, `(none)`, `[Record]`. */
const bracketed =
  /^(?:[[({<]|__|['"])(?:null|nil|none|empty|blank|undefined|nan|record|table|list|binary|function)(?:[\])}>]|__|['"])$/i;
/** What is left of a number that is none, and of an object of a program. */
const leftovers = [
  /^-?1\.#\w+$|^-infinity$|^-?nan\(ind\)$|^dbnull$|^nullptr$|^#<\w+:0x[0-9a-f]+>$|^<built-in .*>$|^function \w*\(.*\}$|^[A-Z]\w+@[0-9a-f]{6,8}$|^optional\(.*\)$|^\*\|\w+\|\*$|^\[?l?java\.\S+@[0-9a-f]+$|^<\S.* at 0x[0-9a-f]+>$|^%!\w\(.*\)$/i,
  /^System\.(?:\w+\.)*[A-Z]\w*(?:`\d+)?(?:\[[\w.,` ]*\])?$/,
  /^(?:Microsoft|Newtonsoft|java|javax)(?:\.\w+)+\.[A-Z]\w*(?:`\d+)?(?:\[[\w.,` ]*\])?$/,
  /^\[object\s+\w+\]$/i,
  /^\{\{[^{}]+\}\}$|^\$\{[^{}]+\}$/,
];
/** A formula that nobody has calculated. */
const formula =
  /^=\s*(?:[\p{L}\p{N}.]+\s*\(|\+?(?:'[^']+'|[\p{L}\p{N}_]+)!|\$?[A-Z]{1,3}\$?\d{1,7}(?:\s*[&+*/:^-]|$))/iu;
/** A sheet that was not calculated yet, in the languages of its users, and a date that could not be. */
const unfinished =
  /^invalid date$|^(?:loading|calculating|requesting data|please wait|načítání|wird geladen|chargement|cargando|caricamento|carregando|laden|загрузка|読み込んでいます|読み込み中) ?(?:\.{3}|…)$/i;
/** Fields of a template, wherever they stand in a text. */
const fields = /\{\{[^{}]+\}\}|\$\{[^{}]+\}|<%[^<>]*%>/;
/** What may be a field of a template that was not filled in, a list or a text of a program: no name, but perhaps a note. */
const maybeWritten = [
  fields,
  /^(?:«[\w ]+»|\[(?!object\b)[a-z][a-z _]*\]|<[a-z][a-z _]*>)$/i,
  /^\{\s*["'][^"']+["']\s*:.*\}$|^\[\s*(?:["'{].*["'}])\s*\]$|^b(["']).*\1$/s,
];

const written = [formula, ...leftovers, ...maybeWritten];

const isOne = (text: string): boolean =>
  spreadsheetErrors.some((error) => error.test(text)) || nothing.test(text) || bracketed.test(text);

/** What begins with a letter begins like this, or is none of them: nearly every text. */
const otherLetters =
  /^(?!none|nan|nat|null|undefined|loading|calculating|requesting|please|načítání|invalid|error:|function|nullptr|optional\(|[a-z]\w+@[0-9a-f]{6,8}$|System\.|Microsoft\.|Newtonsoft\.|err:|javax?\.|dbnull|wird|chargement|cargando|caricamento|carregando|laden|b["'])[a-z]/i;

/** Whether a text holds a field of a template, wherever; looked for only where a sign of one is in it. */
const hasField = (text: string): boolean => (text.includes('{') || text.includes('<%')) && fields.test(text);

/** Whether a text stands in place of a value that nobody wrote: once, or once for each part that it was put together of. */
export const isProgramText = (text: string): boolean => {
  if (otherLetters.test(text)) return hasField(text);
  if (written.some((pattern) => pattern.test(text))) return true;
  if (text.length > longest) return false;
  if (isOne(text) || unfinished.test(text)) return true;
  const parts = text.replace(/^=/, '').split(/[\s,]+(?!\w+\])/);
  return (
    parts.length > 1 && parts.every((part) => isOne(part) || (part === parts[0] && /^(?:None|undefined)$/.test(part)))
  );
};

/** What cannot be such a text by its beginning: nearly every one. */
const surelyMeant =
  /^(?!nan|nil|none|not|n\/?a|n\.|null|infinity|undefined|unknown|no data|loading|array|object|nothing|inf|tb[acd]|b["'])[a-z\d]/i;

/** Whether a text may be what a program writes where there is no value. */
export const mayBeProgramText = (text: string): boolean => {
  if (surelyMeant.test(text)) return hasField(text);
  const isShort = text.length <= longest && (maybeNothing.test(text) || begunWithNothing.test(text));
  const isWritten = !bracketed.test(text) && !leftovers.some((left) => left.test(text));
  return isShort || formula.test(text) || (isWritten && maybeWritten.some((pattern) => pattern.test(text)));
};
