import { arch, cpus, totalmem } from 'node:os';
import type { Figure } from './figure.ts';

const row = ({ figure, value, goal, holds, unit, better }: Figure): string =>
  `| \`${figure}\` | ${value} | ${better === 'more' ? 'at least' : 'at most'} ${goal} | ${unit} | ${holds ? 'yes' : 'no'} |`;

/** `docs/benchmark.md`: the figures of one run, and the machine that they were measured on. */
export const benchmarkPage = (figures: readonly Figure[]): string =>
  `# Benchmark

Measured on ${new Date().toISOString().slice(0, 10)} with \`npm run bench -- --docs\`: ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}, ${arch()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}. Ratios are of two programs in the same run: the importer, and the peer that the name says. Each is the median of three runs at least.

| figure | measured | goal | unit | holds |
| --- | --- | --- | --- | --- |
${figures.map(row).join('\n')}

What the names say:

- \`staging_vs_loop\`, \`staging_vs_csv_parse\`: rows a second that the parser stages, divided by those of a loop of csv-parse, zod and JSON batches without phones, check digits and fingerprints, and by those of csv-parse alone.
- \`parser_1m_rows_of_38_columns\`: the processor time of staging, on the share of a processor that the function has.
- \`staging_vs_usual_sample\`, \`import_50k_cpu_vs_usual_sample\`: against what samples for AWS do, in processor time: csv-parse, zod, one message a row, no promise about lost answers, duplicates or values.
- \`staging_dmy_vs_iso\`: a file of dates as Australians write them against the same file with ISO dates.
- \`laptop_paced_100_per_second\`: an API that takes so many requests a second and answers 429 to the others.
- \`start_help\`, \`start_37_rows\`: processor time of \`--help\` and of the import of the sample, against Node doing nothing.
- \`parser_peak_as_deployed\`, \`import_50k_peak_memory\`: the most memory that the process had, while 400,000 rows were staged with the heap options of the function, and while 50,000 were imported; \`memory_500k_vs_50k\`: of a check on a laptop, what ten times the rows take.
- \`workbook_reading_vs_bare_pass\`: the processor time of reading a workbook of 100,000 rows and 25 columns, each text another one, divided by that of its zip and XML libraries with handlers that do nothing; \`workbook_100k_rows_peak_memory\`: the most memory that it had.
- \`reporter_rows_per_second\`: rows of reports of 100,000 rows, with a bucket in memory.
- \`staging_through_s3_client\`, \`reporting_through_s3_client\`: processor time with the real S3 client and an S3 in another process, against a bucket in memory.
- \`requests_of_1m_rows\`, \`all_of_aws_for_1m_rows\`: counted requests and modelled run times at list prices of Sydney.
- \`bundle_…\`: the minified code of a function.
- \`load_…_vs_bare_s3_client\`: how long a function's bundle takes to load, divided by a bundle of nothing but the S3 client.
- \`start_to_first_post\`: from the start of the process to the first request that creates a lead, for the sample of 37 rows.
- \`import_…_vs_bare\`: a whole import on this machine, divided by a script that reads the file and only POSTs; the name says the rows and how long the API takes.
`;
