/** Whether a column is about somebody else than the customer. */
export const isOfAnother = (title: string): boolean =>
  /broker|agent|refer|advis|account(?:ant| ?manager)|owner|assigned|partner|spouse|guarantor|co-?(?:applicant|borrower)|staff member|(?:applicant|director|borrower|client|person|contact) ?[2-9]|(?:e-?mail|phone|surname|name|dob) ?[2-9]\b|\bad (?:id|name)\b|\bad_|campaign|form_name/i.test(
    title,
  );

/** Roles around a lead in which the customer or the company may stand too: whose a value is under such a name is asked. */
export const roleOfAnother =
  /\b(?:(?:created|modified|entered) by|sales ?rep|bdm|loan writer|introducer|aggregator|consultant|manager|dealer|lender|bank|solicitor|lawyer|conveyancer|vendor|supplier|employer|landlord|next of kin|emergency|trust|reply|fax)\b/;

/** What says that a value is the customer's. */
export const ofCustomer = /\b(?:contact|client|customer|applicant|borrower)\b/;

const isOfCompany = (words: string): boolean =>
  /\b(?:company|business|work|office|entity|trading|registered|premises|employer|organi[sz]ation)\b/.test(words);
/** Whether words are about a licence. */
export const isOfLicence = (words: string): boolean => /licen[cs]e/.test(words);

/** Words of a turnover. */
export const ofTurnover = /turnover|revenue|sales|\bt o\b|gross income|takings/;

/** What a name is about, by the words in it; the first that fits counts. */
export const byWords: readonly (readonly [RegExp, (words: string) => string])[] = [
  [/\b(?:dob|birth\w*|born)\b/, () => 'customer.date_of_birth'],
  [/\be ?mails?\b/, () => 'customer.email'],
  [/licen[cs]e\b.*\bstate\b|\bstate\b.*\blicen[cs]e/, () => 'customer.drivers_license_state'],
  [
    /(?:driv\w* |\b)licen[cs]e\b(?!.*(?:class|expir|type|date))|\bdriv\w* lic\b/,
    () => 'customer.drivers_license_number',
  ],
  [/\b(?:first|given|christian) names?\b|\bforename\b/, () => 'customer.first_name'],
  [/\bsurname\b|\b(?:last|family) names?\b/, () => 'customer.last_name'],
  [
    /\b(?:street|house|st) (?:no|number|num)\b|^no$/,
    (words) => (isOfCompany(words) ? 'company.address.street_number' : 'customer.address.street_number'),
  ],
  [/\bstreet type\b/, (words) => (isOfCompany(words) ? 'company.address.street_type' : 'customer.address.street_type')],
  [/\b(?:business|company|biz|organi[sz]ation|entity)\b(?! contact).*\b(?:name|called)\b/, () => 'company.name'],
  [/\bdefaults?\b/, (words) => (isOfCompany(words) ? 'company.defaults' : 'customer.defaults')],
  [/\bcredit (?:score|rating)\b|\bequifax\b|\bveda\b/, () => 'customer.credit_score'],
  [/\ba ?b ?n\b|\ba ?c ?n\b/, () => 'company.abn'],
  [
    /\bpost ?codes?\b|\bpostal code\b|\bzip\b|\bpcode\b|^p c$|^post$/,
    (words) => (isOfCompany(words) ? 'company.address.postal_code' : 'customer.address.postcode'),
  ],
  [
    /\b(?:state|region|province)\b/,
    (words) => (isOfCompany(words) ? 'company.address.state' : 'customer.address.state'),
  ],
  [
    /\b(?:suburb|city|town|locality)\b/,
    (words) => (isOfCompany(words) ? 'company.address.suburb' : 'customer.address.suburb'),
  ],
  [/\bcountry\b/, (words) => (isOfCompany(words) ? 'company.address.country' : 'customer.address.country')],
  [
    /^(?!.*\b(?:years?|months?|time|since|type|how long|label|unit|no|number|line [2-9]|status|country)\b).*(?:\bstreet\b|\baddress\b(?! line 2)|\baddr\b|\bline 1\b)/,
    (words) => (isOfCompany(words) ? 'company.address.street' : 'customer.address.street'),
  ],
  [ofTurnover, () => 'company.average_monthly_turnover'],
  [
    /\bfte\b|\bemployees?\b|\bstaff\b|\bhead ?count\b|\b(?:team|company|business|firm) size\b|\bworkers\b|\bworkforce\b/,
    () => 'company.number_of_employees',
  ],
  [/\bindustry\b|\bsector\b|\banzsic\b|^trade$|\bline of work\b|\boccupation\b/, () => 'company.industry'],
  [/\bweb ?site\b|\burl\b|\bweb(?: ?page)?\b|\bwww\b/, () => 'company.website'],
  [/\b(?:accounting )?software\b|\baccounting (?:package|system)\b/, () => 'company.accounting_software'],
  [
    /\b(?:business|company|biz) (?:desc|description|activity|activities|overview|profile)\b|\bwhat (?:does|do) .*\bdo\b|\bnature of business\b/,
    () => 'company.business_description',
  ],
  [/\b(?:mobile|phone|telephone|cell)\b/, () => 'customer.phone'],
  [
    /\bpurpose\b|\buse of (?:funds|loan|money)\b|\breason\b|\b(?:loan|funds|funding|money|finance) for\b|^why$|\bwhy\b.*\b(?:need|want|borrow|loan|funds|money)|\bwhat for\b|\b(?:need|want)(?:ed|s)? (?:it |the \w+ )?for\b/,
    () => 'loan.reason_for_loan',
  ],
  [/\b(?:notes?|comments?|remarks?|message|description|background)\b/, () => 'loan.notes'],
  [
    /\b(?:loan|finance|funding|facility|deal|requested|desired|borrow\w*) (?:amount|amn?t|value|size)\b|\b(?:amount|amn?t|funds?|funding|finance|loan|money) (?:requested|required|req ?d?|sought|needed|of finance)\b/,
    () => 'loan.requested_amount',
  ],
  [/\b(?:docs?|documents?|attachments?|files|folder)\b/, () => 'documents'],
];

/** What a number of repayments is not, though it has to do with one. */
export const isTerm = (title: string): boolean =>
  /\bterm\b|how (?:many|long).*(?:repa|weeks|months)|\b(?:months?|years?)\b.*\bloan\b|\bloan\b.*\b(?:months?|years?)\b|duration/i.test(
    title,
  );
/** Whether words are about how long a business exists. */
export const isTimeTrading = (words: string): boolean =>
  /\b(?:years?|yrs?|months?|mths?|weeks?|time|how long|age)\b/.test(words) &&
  /business|trading|operat|establish/.test(words) &&
  !/address|loan|premises|turnover|revenue|sales/.test(words);

/** The unit of time that words name. */
export const unitIn = (words: string): 'weeks' | 'months' | 'years' | undefined => {
  if (/\b(?:years?|yrs?)\b/.test(words)) return 'years';
  if (/\b(?:months?|mths?)\b/.test(words)) return 'months';
  return /\b(?:weeks?|wks?)\b/.test(words) ? 'weeks' : undefined;
};

/** The period that words name. */
export const periodIn = (words: string): 'week' | 'month' | 'quarter' | 'year' | undefined => {
  if (/\b(?:annual|annually|yearly|annum|p a|pa|year|yr|fy)\b/.test(words)) return 'year';
  if (/\b(?:quarterly|quarter)\b/.test(words)) return 'quarter';
  if (/\b(?:monthly|month|pm)\b/.test(words)) return 'month';
  return /\b(?:weekly|week|pw)\b/.test(words) ? 'week' : undefined;
};

/** Whether a title is about how often something is repaid. */
export const isOfRepayment = (title: string): boolean => /repa|frequen|cycle|instal/i.test(title);
