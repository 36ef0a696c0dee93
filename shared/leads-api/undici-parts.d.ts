/** The files of undici that `undici.ts` takes; its version is pinned, and every test runs what comes of them. */
declare module 'undici/lib/dispatcher/pool.js' {
  import { Pool } from 'undici';

  export default Pool;
}

declare module 'undici/lib/api/api-request.js' {
  import type { Pool } from 'undici';

  const request: Pool['request'];
  export default request;
}
