/** Statuses of a lead by which the API's listing can be filtered, as its document lists them. */
export const leadStatuses = [
  'CLOSED',
  'DECLINED',
  'FUNDED',
  'WAITING_FOR_CALL',
  'MISSED_CALL',
  'AWAITING_LOAN_DOCUMENTS',
  'AWAITING_CREDIT_APPROVAL',
  'PROCESSING',
  'AWAITING_DISBURSEMENT',
] as const;

/** Statuses of a lead's application. */
export const applicationStatuses = ['IN_PROCESS', 'SUBMITTED'] as const;
