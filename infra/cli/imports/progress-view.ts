import type { ImportStatus } from '../places/known-imports.ts';

/** What a person sees while an import works: a bar on a terminal, plain lines elsewhere. */
export interface ProgressView {
  show(status: ImportStatus): void;
  /** Says something beside it. */
  line(text: string): void;
  end(): void;
}
