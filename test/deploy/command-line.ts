import { join } from 'node:path';
import { runCommand } from './command.ts';
import { rightCredentials } from './sandbox-api.ts';

const main = join(import.meta.dirname, '..', '..', 'infra', 'cli', 'main.ts');

/** Runs a verb to its end; answers what it printed. Throws with what it printed where it ends with anything but 0. */
export type Run = (...args: string[]) => Promise<string>;

/** The command line as somebody uses it, whose own variables go before those of this process. */
export const commandLineOf =
  (somebody: NodeJS.ProcessEnv): Run =>
  (...args) =>
    runCommand(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
      ...process.env,
      LUMI_USERNAME: rightCredentials.username,
      LUMI_PASSWORD: rightCredentials.password,
      ...somebody,
    });
