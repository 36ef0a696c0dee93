/** undici's pool alone: its index would load fetch, WebSocket, a cache and mocks too, which nothing here uses. */
export { default as Pool } from 'undici/lib/dispatcher/pool.js';
