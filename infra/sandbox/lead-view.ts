import type { LeadPayload } from './lead-payload.ts';

/** A lead as the sandbox keeps it. */
export interface StoredLead {
  readonly id: string;
  readonly createdAt: string;
  readonly payload: LeadPayload;
}

type Address =
  | NonNullable<NonNullable<LeadPayload['customer']>['address']>
  | NonNullable<NonNullable<LeadPayload['company']>['address']>;

const addressView = (address: Address | undefined) => {
  if (address === undefined) return undefined;
  const street = [address.street_number, address.street, address.street_type]
    .filter((part) => part !== undefined)
    .join(' ');
  const town = [address.suburb, address.state].filter((part) => part !== undefined).join(' ');
  return {
    street: [street, town, address.country].filter((part) => part !== undefined && part !== '').join(', '),
    country: 'AUS',
  };
};

const dashed = (phone: string | number | undefined): string | undefined =>
  phone === undefined ? undefined : String(phone).replace(/^(\d{4})(\d{3})(\d{3})$/, '$1-$2-$3');

/** A lead in the shape of the document's GET answers: another one than it was sent in. */
export const leadView = ({ id, createdAt, payload }: StoredLead) => ({
  notes: [],
  events: [],
  id,
  status: 'WAITING_FOR_CALL',
  stakeholder: {
    first_name: payload.customer?.first_name,
    last_name: payload.customer?.last_name,
    email: payload.customer?.email,
    phone: dashed(payload.customer?.phone),
    birth_date: payload.customer?.date_of_birth,
    address: addressView(payload.customer?.address),
    drivers_license_number:
      payload.customer?.drivers_license_number === undefined
        ? undefined
        : String(payload.customer.drivers_license_number),
    drivers_license_state: payload.customer?.drivers_license_state,
  },
  company: {
    name: payload.company?.name,
    abn: payload.company?.abn === undefined ? undefined : String(payload.company.abn),
    industry: payload.company?.industry,
    address: addressView(payload.company?.address),
    average_monthly_turnover: payload.company?.average_monthly_turnover,
  },
  loan: {
    reason_for_loan: payload.loan?.reason_for_loan ?? [],
    requested_amount: payload.loan?.requested_amount,
    installments: payload.loan?.installments,
    notes: payload.loan?.notes,
    amount: 0,
  },
  created_at: createdAt,
  updated_at: createdAt,
  lead_application_status: 'SUBMITTED',
});
