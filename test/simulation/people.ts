import { parse } from 'csv-parse/sync';
import { importIdOf, uploadIdentity } from '../../shared/bucket/import-id.ts';
import {
  cancelKey,
  prefixes,
  reportFiles,
  reportPrefix,
  unconfirmedFile,
  uploadKey,
} from '../../shared/bucket/keys.ts';
import type { EpochMs } from '../../shared/clock.ts';
import { limits } from '../../shared/limits.ts';
import { aCsv, type SampleRow } from '../support/sample-rows.ts';
import { Dice } from './dice.ts';
import type { World } from './invocation.ts';
import { goodEmail, header, leadKeyOf, type Want, Wants } from './people-rows.ts';
import type { SimulatedApi } from './simulated-api.ts';
import type { SimulatedBucket } from './simulated-bucket.ts';
import { bucketName } from './simulated-importer.ts';

/** What a drop must come to, whatever its rows hold. */
export type DropKind = 'import' | 'dry_run' | 'unreadable' | 'refused';

/** A row of a dropped file: what is wanted, and the lead that it is about already, if it came from a report. */
export interface DroppedRow {
  readonly want: Want;
  readonly leadId: string;
}

/** A file that somebody dropped. */
export interface Drop {
  readonly kind: DropKind;
  readonly importId: string;
  /** Whether somebody has received it and given it that name. */
  readonly isNamed: boolean;
  readonly prefix: string;
  readonly rows: readonly DroppedRow[];
  readonly droppedAt: EpochMs;
  readonly giveUpAt: EpochMs;
  /** Whether it says of unconfirmed rows what somebody has seen at lumi. */
  readonly answers: boolean;
  /** When somebody cancelled it, for the first time; undefined where nobody did. */
  cancelledAt: EpochMs | undefined;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** As an option is written, and in milliseconds. */
const giveUpAfter = [
  { option: '3m', ms: 3 * minuteMs },
  { option: '1h', ms: hourMs },
  { option: '6h', ms: 6 * hourMs },
  { option: '24h', ms: 24 * hourMs },
] as const;

export const documentContent = (name: string): string => `what ${name} says`;

const cellsOf = ({ want }: DroppedRow): SampleRow =>
  Object.fromEntries(header.map((name) => [name, want.cells[name] ?? '']));

const asRows = (wants: readonly Want[]): DroppedRow[] => wants.map((want) => ({ want, leadId: '' }));

/** The broker's staff: they drop files, drop them again, correct them, and take what the reports tell them. */
export class People {
  readonly #world: World;
  readonly #bucket: SimulatedBucket;
  readonly #api: Pick<SimulatedApi, 'leads'>;
  readonly #wants: Wants;
  /** How often a lead is another one of a customer who is known already. */
  readonly #kinship: number;
  /** Whether somebody drops a file again when three months are nearly over. */
  readonly staysForMonths: boolean;
  readonly drops: Drop[] = [];
  /** Documents that were not there when their row was dropped. */
  readonly leftOut = new Set<string>();
  /** Dice of its own, so that what else happens stays the same. */
  readonly #cancels: Dice;
  /** Likewise: whether a drop sends again what an earlier one sent with other details. */
  readonly #agains: Dice;
  /** Likewise: whether somebody looks for the leads of unconfirmed rows. */
  readonly #answers: Dice;
  #files = 0;
  #isAnswering = false;

  /** @param api that people look into: they see every lead that is there */
  constructor(world: World, bucket: SimulatedBucket, api: Pick<SimulatedApi, 'leads'>) {
    this.#world = world;
    this.#bucket = bucket;
    this.#api = api;
    this.#wants = new Wants(world.dice, world.crawls ? 0.9 : 0.3);
    this.#kinship = world.dice.pick([0.05, 0.2, 0.7]);
    const seed = world.dice.between(0, 1_000_000);
    this.#cancels = new Dice(seed, 'cancels');
    this.#agains = new Dice(seed, 'again');
    this.#answers = new Dice(seed, 'answers');
    this.staysForMonths = new Dice(world.dice.between(0, 1_000_000), 'months').chance(0.03);
  }

  /** Leads that can hardly be told from this one in the listing, itself included. */
  lookalikesOf(want: Want): readonly Want[] {
    return [...this.#wants.all.values()].filter(({ look }) => look === want.look);
  }

  /** Leads that nobody can tell from this one in the listing, itself included. */
  twinsOf(want: Want): readonly Want[] {
    return this.lookalikesOf(want).filter(({ cells }) => cells['Amount'] === want.cells['Amount']);
  }

  /** Plans everything that people will do in this run. */
  plan(): void {
    const { dice, crawls } = this.#world;
    const first = this.#someWants(
      dice.chance(crawls ? 1 : 0.1)
        ? dice.between(limits.rowsPerBatch + 1, 2 * limits.rowsPerBatch)
        : dice.between(1, 8),
    );
    this.#later(0, 60_000, () => this.#dropAndFollow(asRows(first), dice.chance(0.5) ? 3 : 0));
    if (dice.chance(0.3))
      this.#later(0, dice.pick([0, minuteMs, 5 * hourMs]), () => this.#drop('import', asRows(first)));
    if (dice.chance(0.3)) {
      const shared = first.filter(() => dice.chance(0.5));
      const alike = first.filter(() => dice.chance(this.#kinship)).map((want) => this.#wants.lookalike(want));
      const overlapping = [...this.#someWants(dice.between(1, 4)), ...shared, ...alike];
      this.#later(0, dice.pick([0, minuteMs, 2 * hourMs]), () => this.#dropAndFollow(asRows(overlapping), 1));
    }
    if (dice.chance(0.3)) {
      const corrected = [...first.map((want) => this.#wants.corrected(want)), ...this.#someWants(dice.between(0, 2))];
      this.#later(minuteMs, dice.pick([10 * minuteMs, 8 * hourMs]), () => this.#dropAndFollow(asRows(corrected), 1));
    }
    if (this.staysForMonths) this.#later(60 * dayMs, 89 * dayMs, () => this.#drop('import', asRows(first)));
    if (dice.chance(0.1)) this.#later(0, hourMs, () => this.#drop('dry_run', asRows(first)));
    if (dice.chance(0.1)) this.#later(0, hourMs, () => this.#drop('unreadable', asRows(this.#someWants(3))));
    if (dice.chance(0.1)) this.#later(0, hourMs, () => this.#drop('refused', asRows(this.#someWants(3))));
  }

  #someWants(count: number): Want[] {
    const { dice } = this.#world;
    const wants: Want[] = [];
    for (let index = 0; index < count; index += 1) {
      const known = wants.length > 0 && dice.chance(this.#kinship) ? dice.pick(wants) : undefined;
      if (known === undefined) wants.push(this.#wants.fresh());
      // The same row twice, or another lead of the same customer.
      else wants.push(dice.chance(0.3) ? known : this.#wants.lookalike(known));
    }
    return wants;
  }

  #later(leastMs: number, mostMs: number, act: () => void): void {
    this.#world.time.after(this.#world.dice.between(leastMs, Math.max(leastMs, mostMs)), act);
  }

  #bringDocuments(rows: readonly DroppedRow[]): void {
    for (const { want } of rows) {
      for (const name of want.documents) {
        const key = `${prefixes.documents}${name}`;
        if (this.#bucket.get(key) !== undefined) continue;
        if (this.#world.dice.chance(0.3)) this.leftOut.add(name);
        else this.#bucket.put(key, documentContent(name));
      }
    }
  }

  #drop(kind: DropKind, rows: readonly DroppedRow[], table: readonly SampleRow[] = rows.map(cellsOf)): Drop {
    const { dice, time, chronicle } = this.#world;
    const bucket = this.#bucket;
    this.#bringDocuments(rows);
    // One key again now and then: the same file under the same name is another version.
    if (!dice.chance(0.3)) this.#files += 1;
    const key = `${kind === 'dry_run' ? prefixes.validate : prefixes.incoming}file ${this.#files}.csv`;
    const giveUp = dice.pick(giveUpAfter);
    const metadata = {
      'give-up-after': giveUp.option,
      ...(this.#agains.chance(0.9) && { again: 'send' }),
      ...(kind === 'refused' && { 'max-rejected': '0' }),
    };
    const bad = kind === 'refused' ? [{ ...table[0], Email: 'nobody' }] : [];
    const csv = `${aCsv([...table, ...bad])}${kind === 'unreadable' ? '"an open quote' : ''}`;
    this.#bucket.put(key, csv, undefined, metadata);
    const versionId = this.#bucket.get(key)?.versionId ?? '';
    const upload = { bucket: bucketName, key, versionId, eventTime: new Date(time.now).toISOString() };
    const importId = importIdOf(upload);
    const named = (): string => {
      const text = this.#bucket.text(uploadKey(uploadIdentity(upload)));
      return text === undefined ? importId : (JSON.parse(text) as { importId: string }).importId;
    };
    const drop: Drop = {
      kind,
      get importId() {
        return named();
      },
      get isNamed() {
        return bucket.get(uploadKey(uploadIdentity(upload))) !== undefined;
      },
      get prefix() {
        return reportPrefix(key, named());
      },
      rows,
      answers: this.#isAnswering,
      droppedAt: time.now,
      giveUpAt: time.now + giveUp.ms,
      cancelledAt: undefined,
    };
    this.drops.push(drop);
    this.#mayCancel(drop);
    chronicle.tell(`people drop ${rows.length} rows (${kind}) as ${importId}`);
    return drop;
  }

  /** Cancels it now and then: at once, while it runs, or when it is over; once or twice. */
  #mayCancel(drop: Drop): void {
    const { time, chronicle } = this.#world;
    if (!this.#cancels.chance(0.08)) return;
    const afterMs = this.#cancels.between(0, this.#cancels.pick([0, 10_000, minuteMs, 10 * minuteMs, 5 * hourMs]));
    const cancel = (): void => {
      // Nobody knows the name of an import that has none yet.
      if (!drop.isNamed) return;
      chronicle.mark('people cancel');
      chronicle.tell(`people cancel ${drop.importId}`);
      drop.cancelledAt ??= time.now;
      this.#bucket.put(cancelKey(drop.importId), '');
    };
    time.after(afterMs, cancel);
    if (this.#cancels.chance(0.2)) time.after(afterMs + this.#cancels.between(1, hourMs), cancel);
  }

  #dropAndFollow(rows: readonly DroppedRow[], rounds: number, table?: readonly SampleRow[]): void {
    const drop = this.#drop('import', rows, table);
    if (rounds > 0) this.#follow(drop, rounds);
  }

  /** Looks for the report now and then; when it is there, puts right what it asks for and drops its retry file. */
  #follow(drop: Drop, rounds: number, looks = 0): void {
    const looksAtMost = 400;
    this.#later(minuteMs, 20 * minuteMs, () => {
      if (this.#bucket.get(`${drop.prefix}${reportFiles.summary}`) !== undefined) {
        this.#retry(drop, rounds);
        if (this.#answers.chance(0.7))
          this.#world.time.after(this.#answers.between(hourMs, 6 * hourMs), () => this.#answer(drop, rounds));
      } else if (looks < looksAtMost) this.#follow(drop, rounds, looks + 1);
    });
  }

  /** Looks at lumi for the leads of unconfirmed rows, and drops their file with what is seen there; now and then twice. */
  #answer({ prefix }: Drop, rounds: number): void {
    const text = this.#bucket.text(`${prefix}${unconfirmedFile}`);
    if (text === undefined) return;
    const ids = new Map(this.#api.leads.map(({ id, payload }) => [leadKeyOf(payload), id]));
    const table = parse(text, { columns: true }) as Record<string, string>[];
    const keyOf = (row: SampleRow): string => row['Accounting Software'] ?? '';
    const answered = table.map((row): SampleRow => {
      const id = ids.get(keyOf(row));
      this.#world.chronicle.mark(id === undefined ? 'people answer none' : 'people answer with an id');
      return { ...row, lead__Id: id ?? 'none' };
    });
    const rows = answered.map((row): DroppedRow => {
      const want = this.#wants.all.get(keyOf(row));
      if (want === undefined) throw new Error('a file of unconfirmed rows holds a row that nobody dropped');
      const isFixed = row['Email'] === goodEmail(want.look);
      return { want: isFixed ? this.#wants.corrected(want) : want, leadId: ids.get(want.key) ?? '' };
    });
    const drop = (): void => {
      this.#isAnswering = true;
      this.#dropAndFollow(rows, rounds - 1, answered);
      this.#isAnswering = false;
    };
    drop();
    if (this.#answers.chance(0.3))
      this.#world.time.after(this.#answers.between(0, this.#answers.pick([0, minuteMs, hourMs])), drop);
  }

  #retry({ prefix }: Drop, rounds: number): void {
    const { dice } = this.#world;
    const text = this.#bucket.text(`${prefix}${reportFiles.retry}`) ?? '';
    const table = parse(text, { columns: true }) as Record<string, string>[];
    if (table.length === 0) return;
    const fixed = table.map((row): SampleRow => {
      const want = this.#wants.all.get(row['Accounting Software'] ?? '');
      return want !== undefined && dice.chance(0.8) ? { ...row, Email: goodEmail(want.look) } : row;
    });
    const rows = fixed.map((row): DroppedRow => {
      const want = this.#wants.all.get(row['Accounting Software'] ?? '');
      if (want === undefined) throw new Error('a retry file holds a row that nobody dropped');
      const isFixed = row['Email'] === goodEmail(want.look);
      const { lead__Id: leadId = '' } = row;
      return { want: isFixed ? this.#wants.corrected(want) : want, leadId: leadId === 'none' ? '' : leadId };
    });
    this.#dropAndFollow(rows, rounds - 1, fixed);
  }
}
