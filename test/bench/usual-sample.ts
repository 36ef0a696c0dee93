import { createReadStream, createWriteStream } from 'node:fs';
import { parse } from 'csv-parse';
import pMap from 'p-map';
import { Pool } from 'undici';
import { z } from 'zod';

/**
 * What samples for AWS do with a file: csv-parse, a schema of zod, one message a row, ten messages a request; a consumer
 * POSTs each and writes a line of what came of it. It knows nothing of lost answers, of duplicates or of what a spreadsheet
 * does to a number.
 */

/** The rows of `distinct-rows.ts`, as a plain schema checks them. */
export const rowSchema = z.object({
  'First Name': z.string().trim().min(1),
  'Last Name': z.string().trim(),
  Email: z.email(),
  Mobile: z.string().regex(/^0\d{9}$/),
  'Business Name': z.string().trim().min(1),
  ABN: z.string().regex(/^\d{11}$/),
  Amount: z
    .string()
    .transform((text) => Number(text.replace(/[$,]/g, '')))
    .pipe(z.number().positive()),
  Instalments: z.coerce.number().int().positive(),
  Notes: z.string().trim(),
});

const leadOf = (row: z.output<typeof rowSchema>) => ({
  customer: { first_name: row['First Name'], last_name: row['Last Name'], email: row.Email, phone: row.Mobile },
  company: { name: row['Business Name'], abn: Number(row.ABN) },
  loan: { requested_amount: row.Amount, installments: row.Instalments, notes: row.Notes },
});

/** Sends to a queue in memory as to SQS: a request is text, of ten messages at most. */
const send = (queue: string[], entries: readonly string[]): void => {
  const request = JSON.stringify({
    Entries: entries.map((MessageBody, index) => ({ Id: String(index), MessageBody })),
  });
  const { Entries } = JSON.parse(request) as { readonly Entries: readonly { readonly MessageBody: string }[] };
  for (const { MessageBody } of Entries) queue.push(MessageBody);
};

/** Reads a file into messages, one for each row. */
export const stageUsually = async (file: string): Promise<readonly string[]> => {
  const queue: string[] = [];
  let line = 1;
  let entries: string[] = [];
  for await (const row of createReadStream(file).pipe(parse({ columns: true, bom: true }))) {
    line += 1;
    const read = rowSchema.safeParse(row);
    if (!read.success) throw new Error(`line ${line} is not valid`);
    entries.push(JSON.stringify({ importId: 'usual', line, row, lead: leadOf(read.data) }));
    if (entries.length < 10) continue;
    send(queue, entries);
    entries = [];
  }
  if (entries.length > 0) send(queue, entries);
  return queue;
};

const createdSchema = z.tuple([z.object({ id: z.string() })]);

/** POSTs the lead of each message, so many at once, and reports what came of it. */
export const submitUsually = async (
  queue: readonly string[],
  { url, inFlight, out }: { readonly url: string; readonly inFlight: number; readonly out: string },
): Promise<void> => {
  const pool = new Pool(url, { connections: inFlight });
  const headers = { 'content-type': 'application/json', authorization: `Basic ${btoa('bench:bench')}` };
  const report = createWriteStream(out);
  await pMap(
    queue,
    async (message) => {
      const { line, lead } = JSON.parse(message) as { readonly line: number; readonly lead: unknown };
      const body = JSON.stringify(lead);
      const answer = await pool.request({ method: 'POST', path: '/v1/leads', headers, body });
      const [{ id }] = createdSchema.parse(await answer.body.json());
      report.write(`${line},created,${id}\n`);
    },
    { concurrency: inFlight },
  );
  report.end();
  await pool.close();
};
