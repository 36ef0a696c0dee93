/** `npm run bench` measures this machine, `npm run bench -- scale` the model of scale. */
if (process.argv.includes('scale')) await import('./scale.ts');
else await import('./machine.ts');
