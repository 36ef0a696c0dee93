/** undici's pool and how it connects: its index would load fetch, WebSocket, a cache and mocks too, which nothing here uses. */
export { default as connector } from 'undici/lib/core/connect.js';
export { default as Pool } from 'undici/lib/dispatcher/pool.js';
