import { CommanderError } from 'commander';
import { program, unknownVerb, verbFirst } from './program.ts';
import { outliveReaders, terminal } from './terminal/output.ts';
import { Interrupted, interruptedCode } from './terminal/usage-error.ts';

const main = async (argv: readonly string[]): Promise<void> => {
  outliveReaders();
  // Reports and state hold personal data: they are for their owner alone.
  process.umask(0o077);
  try {
    await program.parseAsync(verbFirst(argv), { from: 'user' });
  } catch (error) {
    // Help and the version end with 0; help for what is no verb does not.
    if (error instanceof CommanderError && error.exitCode === 0) return;
    const { explain } = await import('./terminal/explain.ts');
    terminal.say(explain(error instanceof CommanderError ? unknownVerb(argv[1] ?? '') : error));
    process.exitCode = error instanceof Interrupted ? interruptedCode : 1;
  }
};

await main(process.argv.slice(2));
