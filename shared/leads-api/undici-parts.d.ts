/** The file of undici that `undici.ts` takes; its version is pinned, and every test runs what comes of it. */
declare module 'undici/lib/dispatcher/pool.js' {
  import { Pool } from 'undici';

  export default Pool;
}
