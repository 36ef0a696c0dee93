/** Loads a bundle, and prints how long that took. */
const [file = ''] = process.argv.slice(2);
const begin = performance.now();
await import(file);
process.stdout.write(`${JSON.stringify({ ms: performance.now() - begin })}\n`);
