import sendRequest from 'undici/lib/api/api-request.js';
import Pool from 'undici/lib/dispatcher/pool.js';

/**
 * undici's pool and its request. Its index would load fetch, WebSocket, a cache and mocks too, which nothing here uses:
 * a hundred kilobytes of a function's bundle, and a tenth of a second of each start on a laptop.
 */
Pool.prototype.request = sendRequest;

export { Pool };
