/** Where output goes: data, and what is said beside it. */
export interface Output {
  write(text: string): Promise<void>;
  say(line: string): void;
  /** Columns of the terminal; undefined where it is none. */
  readonly width: number | undefined;
}
