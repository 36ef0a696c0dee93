import { canonicalColumns } from '../lead/lead.ts';
import { foldedName } from '../words/folded-name.ts';
import { wellKnownNames } from './well-known-names.ts';

const canonicalByName = new Map(canonicalColumns.map((column) => [foldedName(column), column]));
const wellKnownByName = new Map(
  Object.entries(wellKnownNames).flatMap(([column, names]) => names.map((name) => [foldedName(name), column] as const)),
);

const meant = (name: string): string | undefined => {
  const folded = foldedName(name);
  return canonicalByName.get(folded) ?? wellKnownByName.get(folded);
};

/** What may stand in brackets without changing what a name means: a currency, a format, a request to fill it in. */
const harmlessBrackets =
  /\s*[([](?:s|\$|a\$|aud|au\$|\$ ?aud|aud ?\$|in (?:\$|aud)|incl?\.? gst|ex\.? gst|required|optional|mandatory|if any|if known|if applicable|dd[/-]mm[/-]yyyy|yyyy-mm-dd|mobile|number|10 digits|11 digits|au|aus|australia|primary|main|preferred|best|home|personal|legal|legal name|no spaces|without spaces|digits only|numbers only|fte|equifax)[)\]]/gi;
/** The number of a form's question: `1. First Name`, `Q2 - Email`. */
const numbered = /^(?:q(?:uestion)? ?)?\d{1,2}\s*[-.:)]\s*(?=\p{L})/iu;
/** How a form asks for a value. */
const question =
  /^(?:please (?:enter|provide|tell us|confirm)|enter|provide|what(?:'s| is| are)|tell us|how many)?\s*(?:the )?(?:name of )?(?:your|the|applicant'?s?|client'?s?|borrower'?s?)?\s+/i;
/** What stands behind a name and says nothing of its own. */
const behind = /\s*(?:\bno\.?|\bnumber|\bnum\.?|\b(?:in )?(?:aud|a\$)|\bin \$|#|\*|\?|:)+\s*$/i;

/** A name without what form tools and spreadsheets put around it, ever less of it. */
const barer = (name: string): string[] => {
  const unbracketed = name.replace(numbered, '').replaceAll(harmlessBrackets, '').trim();
  const asked = unbracketed.replace(question, '').replace(/[?*:\s]+$/, '');
  return [name, unbracketed, asked, asked.replace(behind, '')];
};

/** What makes another value of what it stands beside: a rate, another unit. */
const measure =
  /^(?:per |a |in )?(?:days?|weeks?|fortnights?|months?|quarters?|years?|yrs?|annum|annual|rate|%|expenses?|balance|limit|type|status)$/i;

/** Both sides of a slash, where only one of them is known or both mean the same. */
const eitherSide = (name: string): string | undefined => {
  const sides = name.split(/\s*[/|]\s*|\s+or\s+/i);
  if (sides.length !== 2 || sides.some((side) => measure.test(side) || /^(?:co|company|business)\.?$/i.test(side)))
    return undefined;
  const columns = new Set(sides.map(meant).filter((column) => column !== undefined));
  return columns.size === 1 ? [...columns][0] : undefined;
};

/** Whose a value is, in front of what it is. */
const ofPerson =
  /^(?:(?:primary|main|first) )?(?:applicant|borrower|client|customer|contact)(?:'s)?(?: ?1)?\s*[-:.]*\s*/i;
const ofHome = /^(?:home|residential|personal|current)(?: address)?\s*[-:.]*\s*/i;
const ofPersonsHome = new RegExp(`${ofPerson.source}${ofHome.source.slice(1)}`, 'i');
const ofCompany = /^(?:company|business|entity|office|trading)(?: address)?\s*[-:.]*\s*/i;

const companyAddress = (column: string): string =>
  column.replace('customer.', 'company.').replace('address.postcode', 'address.postal_code');

/** What a name means whose front says whose it is: `Applicant 1 Date of Birth`, `Business Address Suburb`. */
const composed = (name: string): string | undefined => {
  const behindFront = (front: RegExp): string | undefined => {
    const rest = name.replace(front, '');
    return rest === name ? undefined : meant(rest);
  };
  const person = behindFront(ofPerson);
  if (person?.startsWith('customer.') === true) return person;
  const address = behindFront(ofHome) ?? behindFront(ofPersonsHome);
  if (address?.startsWith('customer.address.') === true) return address;
  const company = behindFront(ofCompany);
  return company?.startsWith('customer.address.') === true ? companyAddress(company) : undefined;
};

/** The columns that hold dollars; a `$` makes another column of a name. */
const dollars: ReadonlySet<string> = new Set(['loan.requested_amount', 'company.average_monthly_turnover']);
/** What has a number, and is not one of a company or a street. */
const withoutNumber: ReadonlySet<string> = new Set([
  'company.name',
  'customer.address.street',
  'company.address.street',
]);

/** Whether what a name carries beside its words makes another thing of it. */
const isAnother = (name: string, column: string): boolean =>
  (!dollars.has(column) && /\$|\baud\b/i.test(name)) ||
  (withoutNumber.has(column) && /(?:\b(?:no|num|number)\.?|#)\s*$/i.test(name));

/** Longer than any name; what is longer is a sentence or a row. */
const longestName = 200;

/** The column that a name means without any mapping file; undefined where it means none. */
export const knownColumnOf = (name: string): string | undefined => {
  if (name.length > longestName) return undefined;
  const names = barer(name.normalize('NFKC').replaceAll('_', ' ').trim());
  const known = [meant, composed].flatMap((find) => names.map(find));
  const column = known.find((each) => each !== undefined) ?? eitherSide(names[1] ?? name);
  return column === undefined || isAnother(name, column) ? undefined : column;
};
