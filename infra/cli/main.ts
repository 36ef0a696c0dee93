#!/usr/bin/env -S node --disable-warning=ExperimentalWarning --max-semi-space-size=16 --heap-growing-percent=50
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// The second start takes half of the time of the first. Where the folder cannot be written nothing is kept.
enableCompileCache(join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'lumi-lead-importer'));
await import('./command-line.ts');
