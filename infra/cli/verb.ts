import type { Command, OptionValues } from '@commander-js/extra-typings';

/** Adds one verb to the program: its options, its help, and its action, which loads what only it needs. */
export type AddVerb = (program: Command) => unknown;

/** An action that ends the process with the exit code that it comes to. */
export const exits =
  <Parameters extends readonly unknown[]>(act: (...parameters: Parameters) => Promise<number>) =>
  async (...parameters: Parameters): Promise<void> => {
    process.exitCode = await act(...parameters);
  };

/** Commands to copy, each with what it is for. */
export const examples = (...lines: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...lines.map(([command]) => command.length));
  return ['', 'Examples:', ...lines.map(([command, what]) => `  npm start -- ${command.padEnd(width)}  ${what}`)].join(
    '\n',
  );
};

export const apiUrlFlag = ['--api-url <url>', 'the Leads API; credentials in LUMI_USERNAME and LUMI_PASSWORD'] as const;

export const jsonFlag = <What extends string>(what: What) =>
  ['--json', `print ${what}, and nothing else, on standard output`] as const;

/** Where imports are looked at: the options of a verb that works on a state directory or a stack. */
export const withPlace = <Args extends unknown[], Options extends OptionValues, Globals extends OptionValues>(
  command: Command<Args, Options, Globals>,
) =>
  command
    .option('--state <dir>', 'the imports of a state directory')
    .option('--stack <name>', 'the imports of a deployed stack, with the AWS credentials of this terminal')
    .option(...jsonFlag('JSON'));
