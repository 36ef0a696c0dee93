/**
 * Why a file is refused as a whole. Codes are stable; the message says where, what was expected and what to do,
 * and quotes nothing but names that the header or an option holds.
 */
export interface FileFault {
  readonly kind: 'fault';
  readonly code:
    | 'empty_file'
    | 'not_csv'
    | 'not_gzip'
    | 'file_too_large'
    | 'too_many_rows'
    | 'too_many_columns'
    | 'record_too_large'
    | 'unclosed_quote'
    | 'stray_quote'
    | 'duplicate_column'
    | 'missing_column'
    | 'mapping_conflict'
    | 'mapping_not_found'
    | 'invalid_mapping'
    | 'invalid_option'
    | 'max_rejected_exceeded'
    | 'source_missing'
    | 'changed_while_reading'
    | 'importer_failed';
  readonly message: string;
  /** Line of the file, the first being 1; null where the fault is of the file as a whole. */
  readonly line: number | null;
}

export const fileFault = (code: FileFault['code'], message: string, line: number | null = null): FileFault => ({
  kind: 'fault',
  code,
  message,
  line,
});
