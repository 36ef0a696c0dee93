/** One guard removed or bent: the simulation must notice. */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  /** Found in the file by its words and signs; names may have changed since. */
  readonly guard: string;
  readonly instead: string;
  /** First seed of the hunt, where what catches it is rarer than the first seeds have it; 1 otherwise. */
  readonly from?: number;
  /** The tests that notice it, where the simulated API keeps within what the guard is for. */
  readonly tests?: readonly string[];
}
