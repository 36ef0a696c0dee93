/** One import as the command line asks for it: what was decided, before anything is done. */
export interface ImportPlan {
  /** The file as it was named; `-` for standard input. */
  readonly file: string;
  readonly apiUrl: string | undefined;
  readonly documents: string | undefined;
  readonly out: string | undefined;
  readonly mapping: string | undefined;
  readonly state: string | undefined;
  /** The deployed stack that imports; absent: this machine does. */
  readonly stack: string | undefined;
  readonly concurrency: number;
  readonly json: boolean;
  /** Whether nothing is asked. */
  readonly yes: boolean;
  /** Whether the command waits until the leads were compared with the list at lumi. */
  readonly verify: boolean;
  /** So many rows are shown as they would be sent. */
  readonly show: number;
  /** The options of the import, as they travel in S3 user metadata. */
  readonly metadata: Readonly<Record<string, string>>;
}
