import * as z from 'zod/mini';

/**
 * What the API's document says about the create payload, written down independently of the importer's own schema: the
 * sandbox must be able to disagree with the importer.
 */
const address = {
  street_number: z.number(),
  street: z.string(),
  street_type: z.string(),
  suburb: z.string(),
  state: z.string(),
  country: z.string(),
};
const licenceStates = z.enum(['ACT', 'NSW', 'NT', 'QLD', 'SA', 'TAS', 'VIC', 'WA']);
const reasons = z.enum([
  'hiring',
  'inventory',
  'debtConsolidation',
  'marketing',
  'wages',
  'equipmentPurchasing',
  'expansion',
  'workingCapital',
  'other',
]);

/** Members that may all be missing, and no others. */
const optional = <Shape extends z.core.$ZodLooseShape>(shape: Shape) => z.partial(z.strictObject(shape));

const customer = optional({
  first_name: z.string(),
  last_name: z.string(),
  email: z.string(),
  phone: z.union([z.string(), z.number()]),
  date_of_birth: z.iso.date(),
  address: optional({ ...address, postcode: z.number() }),
  credit_score: z.number(),
  defaults: z.number(),
  drivers_license_number: z.union([z.number(), z.string()]),
  drivers_license_state: licenceStates,
});

const company = optional({
  name: z.string(),
  defaults: z.string(),
  months_in_business: z.number(),
  accounting_software: z.string(),
  business_description: z.string(),
  industry: z.string(),
  average_monthly_turnover: z.number(),
  abn: z.number(),
  address: optional({ ...address, postal_code: z.number() }),
  website: z.string(),
  number_of_employees: z.number(),
});

const loan = optional({
  notes: z.string(),
  requested_amount: z.number(),
  installments: z.number(),
  reason_for_loan: z.array(reasons),
});

const payloadSchema = optional({ customer, company, loan });

export type LeadPayload = z.output<typeof payloadSchema>;

const always = ['customer.first_name', 'customer.email'];
const mandatory = [
  ...always,
  'customer.phone',
  'company.name',
  'company.abn',
  'loan.requested_amount',
  'loan.installments',
];

const valueAt = (payload: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (node, name) => (typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[name] : undefined),
      payload,
    );

/** Checks a payload as the document has it; faults name the members, without their values. */
export const checkPayload = (
  payload: unknown,
  enforceMandatories: boolean,
): { readonly lead: LeadPayload } | { readonly faults: readonly string[] } => {
  const parsed = payloadSchema.safeParse(payload);
  if (!parsed.success) return { faults: parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`) };
  const missing = (enforceMandatories ? mandatory : always).filter((path) => {
    const value = valueAt(parsed.data, path);
    return value === undefined || value === '';
  });
  return missing.length > 0 ? { faults: missing.map((path) => `${path}: required`) } : { lead: parsed.data };
};
