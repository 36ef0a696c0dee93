// Tells whoever started this process, when it ends, what processor time it took since its very beginning.
process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  require('node:fs').writeSync(3, String((user + system) / 1000));
});
