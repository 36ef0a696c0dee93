import sendRequest from 'undici/lib/api/api-request.js';
import Pool from 'undici/lib/dispatcher/pool.js';

/** Stands for `undici` in the bundles: its pool and its request, without fetch, WebSocket, cache and mocks. */
Pool.prototype.request = sendRequest;

export { Pool };
