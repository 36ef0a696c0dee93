import { type Clock, type EpochMs, steadyClock } from '../../../shared/clock.ts';
import type { KnownImport, Place } from '../places/place.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** Where nothing happens for so long with a fault inside the importer that comes again and again, it does not heal by itself. */
const standstillMs = 30_000;

/** An import of this machine that a fault inside the importer keeps from its end. */
export class ImportStuck extends UsageError {}

/** Watches whether an import, or the comparison of its leads, gets on. */
export class Standstill {
  readonly #known: KnownImport;
  readonly #place: Pick<Place, 'faultOf' | 'option'>;
  readonly #clock: Pick<Clock, 'now'>;
  #changedAt: EpochMs;
  #stood = '';

  constructor(known: KnownImport, place: Pick<Place, 'faultOf' | 'option'>, clock: Pick<Clock, 'now'> = steadyClock) {
    this.#known = known;
    this.#place = place;
    this.#clock = clock;
    this.#changedAt = clock.now();
  }

  /**
   * @param stands how it stands, in any words
   * @throws ImportStuck
   */
  look(stands: string): void {
    const now = this.#clock.now();
    if (stands !== this.#stood) this.#changedAt = now;
    this.#stood = stands;
    if (now - this.#changedAt < standstillMs) return;
    const { faultOf, option } = this.#place;
    const { importId } = this.#known;
    const fault = faultOf?.(importId);
    if (fault === undefined) return;
    const goOn = option === '' ? '' : ' Then the same command goes on; nothing is sent twice.';
    throw new ImportStuck(`The import ${importId} cannot go on: ${fault}${goOn}`);
  }
}
