import { crc32 } from 'node:zlib';
import { type Entry, fromBufferPromise, fromFdPromise, type ZipFile } from 'yauzl';
import { limits } from '../limits.ts';
import { TableFault } from '../table/table-fault.ts';
import { damaged, ownEntities, tooLarge } from './workbook-fault.ts';

/** `/xl/Worksheets\Sheet1.xml` and `xl/worksheets/sheet1.xml` are one part. */
const folded = (name: string): string => name.replaceAll('\\', '/').replace(/^\/+/, '').toLowerCase();

const declaresEntities = (begin: Uint8Array): boolean =>
  Buffer.from(begin.subarray(0, 1024)).toString('latin1').includes('<!DOCTYPE');

/** Of the disk, not of the file. */
const isOfDisk = (error: unknown): boolean => error instanceof Error && 'syscall' in error;

/** What the library meets in a zip that is none, or is cut off. */
const faultOf = (error: unknown): unknown =>
  isOfDisk(error) || error instanceof TableFault ? error : damaged('The workbook is damaged or cut off.');

/** The parts of a zip, by names without case. */
export class Archive {
  readonly #zip: ZipFile;
  readonly #entries: ReadonlyMap<string, Entry>;

  private constructor(zip: ZipFile, entries: ReadonlyMap<string, Entry>) {
    this.#zip = zip;
    this.#entries = entries;
  }

  /**
   * @param source a file that stays open, or its bytes
   * @throws TableFault where it is no whole zip
   */
  static async open(source: number | Buffer): Promise<Archive> {
    const entries = new Map<string, Entry>();
    try {
      const options = { autoClose: false, lazyEntries: true, decodeStrings: false };
      const zip = await (typeof source === 'number'
        ? fromFdPromise(source, options)
        : fromBufferPromise(source, options));
      for await (const entry of zip.eachEntry()) {
        const name = folded((entry.fileName as unknown as Buffer).toString('utf8'));
        if (entries.has(name) && !name.endsWith('/')) throw damaged('Two parts of the workbook have one name.');
        entries.set(name, entry);
        if (entries.size > limits.maxWorkbookParts)
          throw tooLarge('The workbook has more parts than any that Excel makes.');
      }
      return new Archive(zip, entries);
    } catch (error) {
      throw faultOf(error);
    }
  }

  get names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  has(name: string): boolean {
    return this.#entries.has(folded(name));
  }

  /**
   * Holds parts against their checksums that are not read otherwise: a file that is damaged anywhere is not what somebody made.
   * @param read parts that are read to their end in any case
   */
  async verify(read: ReadonlySet<string>): Promise<void> {
    let sizeBytes = 0;
    for (const name of this.names.filter((each) => !each.endsWith('/') && !read.has(each))) {
      let isBegin = true;
      for await (const bytes of this.part(name)) {
        // A picture may say what it is; a part of the workbook itself says nothing of the kind.
        if (isBegin && /\.(?:xml|rels)$/.test(name) && declaresEntities(bytes)) throw ownEntities();
        isBegin = false;
        if (!name.startsWith('xl/worksheets/')) sizeBytes += bytes.length;
        if (sizeBytes > limits.maxFileBytes)
          throw tooLarge(`The workbook holds more than ${limits.maxFileBytes} bytes beside its sheets.`);
      }
    }
  }

  /**
   * The bytes of a part, held against its checksum once all are read.
   * @throws TableFault where it is not there, is encrypted, larger than the limit or other than its checksum says
   */
  async *part(name: string): AsyncGenerator<Uint8Array> {
    const entry = this.#entries.get(folded(name));
    if (entry === undefined) throw damaged('A part of the workbook is missing.');
    if (entry.isEncrypted())
      throw new TableFault('workbook_protected', 'The workbook is protected by a password, so it cannot be read.');
    let [sum, sizeBytes] = [0, 0];
    try {
      for await (const chunk of await this.#zip.openReadStreamPromise(entry)) {
        const bytes = chunk as Buffer;
        sizeBytes += bytes.length;
        if (sizeBytes > limits.maxFileBytes)
          throw tooLarge(`A part of the workbook holds more than ${limits.maxFileBytes} bytes.`);
        sum = crc32(bytes, sum);
        yield bytes;
      }
    } catch (error) {
      throw faultOf(error);
    }
    if (sum !== entry.crc32) throw damaged('The workbook is damaged: a part of it is not what its checksum says.');
  }
}
