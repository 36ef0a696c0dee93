import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../infra/sandbox/sandbox.ts';

const root = resolve(import.meta.dirname, '../..');

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Begins a command in the project's directory, with the credentials of a partner. */
export const startCommand = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(root, 'infra/cli/main.ts'), ...args], {
    cwd: root,
    env: { ...process.env, LUMI_USERNAME: 'partner', LUMI_PASSWORD: 'secret', ...environment },
  });

/** How a command ended, and all that it said. */
export const ended = async (child: ChildProcessWithoutNullStreams): Promise<Ran> => {
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: code as number | null, stdout, stderr };
};

/** Runs a command to its end. */
export const runCommand = (args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Ran> =>
  ended(startCommand(args, environment));

/** The command line in a directory of its own, and a Leads API that it may talk to. */
export class CommandLine {
  readonly directory = mkdtempSync(join(tmpdir(), 'lead-importer-'));
  api!: Sandbox;

  async startApi(options: Partial<SandboxOptions> = {}): Promise<void> {
    await (this.api as Sandbox | undefined)?.stop();
    this.api = await startSandbox({ username: 'partner', password: 'secret', ...options });
  }

  start(args: readonly string[], environment: Readonly<Record<string, string>> = {}): ChildProcessWithoutNullStreams {
    return startCommand(args, { LISTING_SETTLE_MS: '1500', ...environment });
  }

  run(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Ran> {
    return ended(this.start(args, environment));
  }

  file(name: string, content: string): string {
    const path = join(this.directory, name);
    writeFileSync(path, content);
    return path;
  }

  get out(): string {
    return join(this.directory, 'out');
  }

  /** An import of a file that keeps its state. */
  command(csv: string): string[] {
    const state = join(this.directory, 'state');
    return [csv, '--api-url', this.api.url, '--state', state, '--out', this.out, '--json'];
  }
}

/** A test with a command line of its own. */
export const it = test.extend<{ cli: CommandLine }>({
  cli: async ({ task: _ }, use) => {
    const cli = new CommandLine();
    await cli.startApi();
    await use(cli);
    await cli.api.stop();
    rmSync(cli.directory, { recursive: true, force: true });
  },
});
