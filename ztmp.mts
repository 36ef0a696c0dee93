import { PipelineHarness } from './test/support/pipeline-harness.ts';
import { aCsv, rows } from './test/support/sample-rows.ts';
const n = Number(process.argv[2] ?? 50000);
const h = new PipelineHarness();
const up = h.drop('validate/a.csv', aCsv(rows(n)));
let t = performance.now();
await h.parse(up); console.log('parse', Math.round(n/((performance.now()-t)/1000)), 'rows/s');
t = performance.now();
const s = await h.report(up); console.log('report', Math.round(n/((performance.now()-t)/1000)), 'rows/s', s?.statuses.valid);
