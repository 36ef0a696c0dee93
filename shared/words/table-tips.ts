/** What to do with a file of another program's kind, said alike wherever such a file is recognised. */
export const tableTips = {
  saveAsWorkbook: 'In Excel choose "Save As" and "Excel Workbook (.xlsx)".',
  copyTable: 'Copy the table into a workbook, and save that as .xlsx.',
} as const;
