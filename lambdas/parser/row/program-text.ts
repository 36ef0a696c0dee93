/** What a spreadsheet shows in place of a value, in any language: `#REF!`, `#NV`, `#¡VALOR!`, `#Н/Д`; a column too narrow. */
const spreadsheetErrors = [
  /^#[¡¿]?[\p{Lu}\p{N}_]*\p{Lu}[\p{Lu}\p{N}_]*(?:[/.][\p{Lu}\p{N}]+)*[!?]*$/u,
  /^#[\p{L}\p{N}_/]+[!?]+$/u,
  /^#n\/a$/i,
  /^#{2,}$/,
  /^err:\d+$/i,
];

/** What runtimes, databases and templates write where there is no value, and no person would. */
const nothing =
  /^(?:\\N|\[object \w+\]|\(null\)|<null>|<NA>|\(blank\)|\(empty\)|undefined|NaN|NaT|null|NULL|[Ll]oading(?:\.{3}|…)|\{\{.*\}\}|\$\{.*\}|%[A-Z_]{3,}%|System\.[A-Z]\w+(?:\[\])?|\[\]|\{\})$/;

/** The same where it may be a name or a word that somebody meant. */
const maybeNothing =
  /^(?:none|nan|null|nil|undefined|n\/?a|n\.a\.|not (?:available|applicable|provided|set)|unknown|tb[acd]|-+|\?+|\.+)$/i;

/** Longer than anything that stands for nothing. */
const longest = 60;

/** The same in the brackets of a program: `[null]`, `<nil>`, `(none)`. */
const bracketed = /^[[({<](?:null|nil|none|empty|blank|undefined|nan)[\])}>]$/i;
/** What is left of a number that is none, and of an object. */
const leftovers =
  /^-?(?:1\.#\w+|nan|infinity)$|^dbnull$|^\[?l?java\.\S+@[0-9a-f]+$|^<\S.* at 0x[0-9a-f]+>$|^%!\w\(.*\)$|^system\.[\w.]+(?:`\d+)?(?:\[[\w.,` ]*\])?$/i;
/** A sheet that was not calculated yet, in the languages of its users; a field of a letter that was not filled in. */
const unfinished =
  /^(?:calculating|#n\/a requesting data)(?:\.{3}|…)?$|^(?:wird geladen|chargement|cargando|caricamento|carregando|laden|загрузка|読み込んでいます|読み込み中)(?:\.{3}|…)$|^«.*»$/i;

const isOne = (text: string): boolean =>
  spreadsheetErrors.some((error) => error.test(text)) || nothing.test(text) || bracketed.test(text);

/** What begins with a letter begins like this, or is none of them: nearly every text. */
const otherLetters =
  /^(?!none|nan|nat|null|undefined|loading|calculating|system\.|err:|java\.|dbnull|infinity|wird|chargement|cargando|caricamento|carregando|laden)[a-z]/i;

/** Whether a text stands in place of a value that nobody wrote: once, or once for each part that it was put together of. */
export const isProgramText = (text: string): boolean => {
  if (text.length > longest || otherLetters.test(text)) return false;
  if (isOne(text) || leftovers.test(text) || unfinished.test(text)) return true;
  const parts = text.replace(/^=/, '').split(/[\s,]+(?!\w+\])/);
  return (
    parts.length > 1 && parts.every((part) => isOne(part) || (part === parts[0] && /^(?:None|undefined)$/.test(part)))
  );
};

/** Whether a text may be what a program writes where there is no value. */
export const mayBeProgramText = (text: string): boolean => text.length <= longest && maybeNothing.test(text);
