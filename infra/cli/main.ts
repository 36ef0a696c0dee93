#!/usr/bin/env -S node --disable-warning=ExperimentalWarning --min-semi-space-size=8 --max-semi-space-size=16 --heap-growing-percent=50
import './compile-cache.cjs';

await import('./run-command.ts');
