/** V8 would rather take what the machine has than collect what is not needed any more: see DECISIONS. */
export const heapOptions = ['--min-semi-space-size=8', '--max-semi-space-size=16', '--heap-growing-percent=50'];

/**
 * Starts this process anew with them, where Node was started without: its streams and its number stay. `npm start` gives
 * them at once, which saves that. Windows cannot do it: there the process goes on as it is.
 */
export const startWithHeapOptions = (): void => {
  const isGiven = heapOptions.every((option) => process.execArgv.includes(option));
  if (isGiven || process.platform === 'win32') return;
  const options = [...process.execArgv, ...heapOptions];
  process.execve?.(process.execPath, [process.execPath, ...options, ...process.argv.slice(1)], process.env);
};
