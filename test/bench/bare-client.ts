import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import pMap from 'p-map';
import { Pool } from 'undici';
import { tellWhatItTook } from './measured-process.ts';

/** The least that could send a file: reads it, POSTs every row, and keeps nothing. */
tellWhatItTook();
const [url = '', file = '', inFlight = ''] = process.argv.slice(2);
const pool = new Pool(url, { connections: Number(inFlight) });
const headers = { 'content-type': 'application/json', authorization: `Basic ${btoa('bench:bench')}` };

await pMap(
  createReadStream(file).pipe(parse({ columns: true })),
  async (row) => {
    const { body } = await pool.request({ method: 'POST', path: '/v1/leads', headers, body: JSON.stringify(row) });
    await body.json();
  },
  { concurrency: Number(inFlight) },
);
await pool.close();
