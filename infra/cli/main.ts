#!/usr/bin/env -S node --disable-warning=ExperimentalWarning --min-semi-space-size=8 --max-semi-space-size=16 --heap-growing-percent=50
import './compile-cache.cjs';
import { startWithHeapOptions } from './heap-options.ts';

startWithHeapOptions();
await import('./run-command.ts');
