import { spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { dirname } from 'node:path';

/** Where this Node is, so that what is started runs on the same one. */
export const nodeDirectory = dirname(process.execPath);

/** Runs a command to its end; answers what it printed. Throws with the end of it where it fails. @param directory to run it in, if not this one */
export const runCommand = (
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  directory?: string,
): Promise<string> =>
  new Promise((resolve, reject) => {
    const env = { ...environment, PATH: `${nodeDirectory}:${process.env['PATH']}` };
    const child = spawn(command, args, { env, cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    const keep = (chunk: Buffer): void => {
      printed += chunk.toString('utf8');
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(printed);
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${printed.slice(-4_000)}`));
    });
  });

/** A port of loopback that nobody uses right now. */
export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
