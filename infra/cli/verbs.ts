/** What the verbs do; each resolves with the exit code. Options are as they were typed. */
export interface Verbs {
  import(files: readonly string[], options: ImportOptions): Promise<number>;
  check(files: readonly string[], options: ImportOptions): Promise<number>;
  map(file: string, options: MapOptions): Promise<number>;
  template(): Promise<number>;
  schema(): Promise<number>;
  imports(options: PlaceOptions & { readonly all?: boolean }): Promise<number>;
  status(importId: string | undefined, options: PlaceOptions & { readonly watch?: boolean }): Promise<number>;
  cancel(importId: string, options: PlaceOptions): Promise<number>;
  report(importId: string | undefined, options: ReportOptions): Promise<number>;
  doctor(options: DoctorOptions): Promise<number>;
  redrive(options: PlaceOptions): Promise<number>;
  leads(options: LeadsOptions): Promise<number>;
  lead(id: string, options: LeadsOptions): Promise<number>;
  sandbox(options: SandboxOptions): Promise<number>;
}

export interface ImportOptions {
  readonly apiUrl?: string;
  readonly documents?: string;
  readonly out?: string;
  readonly mapping?: string;
  readonly state?: string;
  readonly stack?: string;
  readonly dryRun?: boolean;
  readonly enforceMandatories?: boolean;
  readonly maxRejected?: string;
  readonly first?: string;
  readonly giveUpAfter?: string;
  readonly encoding?: string;
  readonly reference?: string;
  readonly concurrency?: string;
  readonly json?: boolean;
  readonly yes?: boolean;
}

export interface MapOptions {
  readonly out?: string;
  readonly yes?: boolean;
  readonly column: readonly string[];
  readonly value: readonly string[];
}

/** Where imports are looked at. */
export interface PlaceOptions {
  readonly state?: string;
  readonly stack?: string;
  readonly json?: boolean;
}

export interface ReportOptions extends PlaceOptions {
  readonly out?: string;
  readonly statuses?: boolean;
  readonly apiUrl?: string;
}

export interface DoctorOptions extends PlaceOptions {
  readonly apiUrl?: string;
}

export interface LeadsOptions {
  readonly apiUrl?: string;
  readonly state?: string;
  readonly status?: string;
  readonly applicationStatus?: string;
  readonly from?: string;
  readonly to?: string;
  readonly id?: string;
  readonly csv?: boolean;
  readonly json?: boolean;
}

export interface SandboxOptions {
  readonly port: string;
  readonly username: string;
  readonly password: string;
  readonly faults: string;
  readonly seed: string;
  readonly rate: string;
  readonly file?: string;
}
