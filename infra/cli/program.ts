import { existsSync } from 'node:fs';
import { Command } from '@commander-js/extra-typings';
import type { Option } from 'commander';
import packageFile from '../../package.json' with { type: 'json' };
import { visibleText } from '../../shared/words/escaping.ts';
import { nearestName } from '../../shared/words/nearest-name.ts';
import { mistypedVerb } from './terminal/mistyped.ts';
import { UsageError } from './terminal/usage-error.ts';
import { examples } from './verb.ts';
import { verbs } from './verbs.ts';

/** A command that says in our words what was wrong with what was typed. The library calls these, and gives them what they name. */
class SpeakingCommand extends Command {
  override createCommand(name?: string): Command {
    return new SpeakingCommand(name);
  }

  /** An option of another verb is not merely unknown: something else was meant. */
  unknownOption(flag: string): never {
    const others = (this.parent?.commands ?? []).filter(({ options }) => options.some(({ long }) => long === flag));
    if (others.length > 0)
      throw new UsageError(
        `${flag} is an option of ${others.map((other) => other.name()).join(', ')} and not of ${this.name()}.`,
      );
    const meant = nearestName(
      flag,
      this.options.flatMap(({ long }) => long ?? []),
    );
    throw new UsageError(`Unknown option '${visibleText(flag)}'.${meant === undefined ? '' : ` Was ${meant} meant?`}`);
  }

  missingArgument(name: string): never {
    const what = name === 'files' ? 'a file' : `one ${name}`;
    throw new UsageError(`Expected ${what}: npm start -- help ${this.name()}.`);
  }

  optionMissingArgument({ flags }: Option): never {
    throw new UsageError(`Expected a value: ${flags}.`);
  }

  _excessArguments(received: readonly string[]): never {
    const expected = this.registeredArguments.length;
    throw new UsageError(
      `${this.name()} takes ${expected === 1 ? 'one argument' : `${expected} arguments`}, and here are ${received.length}.`,
    );
  }
}

/** The command line: every verb with its options, their help, and what each does. */
export const program = new SpeakingCommand('npm start --');
program
  .description(
    'Imports Excel workbooks and CSV files of leads into the Leads API of lumi, on this machine or through a deployed stack.',
  )
  .usage('[verb] [options] [file.csv ...]')
  .version(packageFile.version, '--version')
  .helpOption('-h, --help')
  .helpCommand('help [verb]')
  .exitOverride()
  .configureOutput({ writeErr: () => undefined })
  .addHelpText(
    'after',
    examples(
      ['leads.csv', 'import a file; without --api-url into the built-in sandbox'],
      ['leads.csv --api-url https://api.lumi.com.au --first 5', 'try a new file with five leads'],
      ['help import', 'all options of a verb'],
    ),
  );
for (const add of verbs) add(program);

/** Flags that a value follows, whichever verb has them. */
const takesValue = (flag: string): boolean =>
  program.commands.some(({ options }) => options.some(({ long, required }) => long === flag && required));

/** Options may stand before their verb: they are put behind it. What is a file stays one. */
export const verbFirst = (argv: readonly string[]): readonly string[] => {
  let at = 0;
  while (argv[at]?.startsWith('--') === true) at += !argv[at]?.includes('=') && takesValue(argv[at] ?? '') ? 2 : 1;
  const verb = argv[at];
  const isVerb = at > 0 && program.commands.some((command) => command.name() === verb) && !existsSync(verb ?? '');
  return isVerb && verb !== undefined ? [verb, ...argv.slice(0, at), ...argv.slice(at + 1)] : argv;
};

/** Help was asked for a verb that does not exist. */
export const unknownVerb = (word: string): UsageError => {
  const meant = mistypedVerb(word, program.commands);
  return new UsageError(
    `There is no verb ${visibleText(word)}.${meant === undefined ? ' npm start -- help lists them.' : ` Was ${meant} meant?`}`,
  );
};
