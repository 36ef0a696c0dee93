import { config } from 'zod/mini';
import en from 'zod/v4/locales/en.js';

/** The small form of zod has no words of its own: wherever a schema's own message may be read, this module is imported. */
config(en());
