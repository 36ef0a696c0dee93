import { createServer } from 'node:http';
import { requestLimits } from '../simulation/request-limit.ts';

/**
 * A Leads API that takes a given time for each answer, so many requests a second at most, and remembers nothing, in a
 * process of its own. It tells its port,
 * and for each run, which begins when its parent says so, when the first lead came.
 */
const delayMs = Number(process.argv[2]);
const takes = process.argv[3] === undefined ? () => true : requestLimits.byBucket(Number(process.argv[3]));
let leads = 0;
let isFirst = true;

process.on('message', () => {
  isFirst = true;
});

const server = createServer((request, response) => {
  request.resume();
  request.once('end', () => {
    const isPost = request.method === 'POST';
    if (isPost && isFirst) {
      isFirst = false;
      process.send?.({ firstPostAt: Date.now() });
    }
    if (!takes(Date.now())) {
      response.writeHead(429, { 'retry-after': '1' });
      response.end('{}');
      return;
    }
    leads += 1;
    const isDocument = request.url?.endsWith('/documents') === true;
    const created = isDocument ? { success: true, file: { id: `document-${leads}` } } : [{ id: `lead-${leads}` }];
    const body = isPost ? created : { success: true, result: { leads: [], count: 0 } };
    setTimeout(() => {
      response.writeHead(isPost ? 201 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    }, delayMs);
  });
});

server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : undefined });
});
