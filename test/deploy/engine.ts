import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, nodeDirectory, runCommand } from './command.ts';

/** An AWS of its own on this machine: `ministack`, which shares no code with the embedded engine nor with the SDK. */
export interface Engine {
  readonly endpoint: string;
  /** Requests that were refused for want of a right, with how often. */
  readonly refused: Map<string, number>;
  readonly log: () => string;
  stop(): Promise<void>;
}

export const region = 'ap-southeast-2';
export const account = '000000000000';

const requirements = join(import.meta.dirname, 'requirements.txt');
const readyWithinMs = 60_000;

/** Makes the virtual environment, once. Throws a sentence where there is no Python. */
export const installEngine = async (venv: string): Promise<void> => {
  if (existsSync(join(venv, 'bin', 'ministack'))) return;
  try {
    await runCommand('python3', ['-m', 'venv', venv], process.env);
  } catch (error) {
    throw new Error(
      'The deployed test needs Python 3 with its venv module (on Debian: apt install python3-venv); there is none that works.',
      { cause: error },
    );
  }
  const args = ['install', '--quiet', '--disable-pip-version-check', '--requirement', requirements];
  await runCommand(join(venv, 'bin', 'pip'), args, process.env);
};

/**
 * Stands before the engine: says that requests came by TLS, as our policies demand it, and notes what is refused.
 */
const startFront = async (enginePort: number, refused: Map<string, number>) => {
  const front = createServer((from, to) => {
    const headers = [...from.rawHeaders, 'x-forwarded-proto', 'https'];
    const { method, url: path } = from;
    const onward = request({ host: '127.0.0.1', port: enginePort, method, path, headers, setHost: false }, (answer) => {
      to.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(to);
      if (answer.statusCode !== 403) return;
      let body = '';
      answer.on('data', (chunk: Buffer) => {
        body += chunk.toString('utf8');
      });
      answer.on('end', () => refused.set(body, (refused.get(body) ?? 0) + 1));
    });
    onward.on('error', () => to.destroy());
    from.on('error', () => onward.destroy());
    from.pipe(onward);
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  return { front, port: (front.address() as AddressInfo).port };
};

/** Starts the engine on free ports of loopback; everything it writes goes below `directory`. */
export const startEngine = async (venv: string, directory: string): Promise<Engine> => {
  const refused = new Map<string, number>();
  const enginePort = await freePort();
  const { front, port } = await startFront(enginePort, refused);
  const endpoint = `http://127.0.0.1:${port}`;
  const temporary = join(directory, 'tmp');
  mkdirSync(temporary, { recursive: true });
  // A clean environment: the engine hands its own to the functions, where it could stand in for a variable of ours.
  const env = {
    PATH: `${nodeDirectory}:/usr/bin:/bin`,
    HOME: directory,
    TMPDIR: temporary,
    GATEWAY_PORT: String(enginePort),
    BIND_HOST: '127.0.0.1',
    MINISTACK_HOST: '127.0.0.1',
    MINISTACK_REGION: region,
    LAMBDA_EXECUTOR: 'local',
    AUTH: 'true',
    // As a new account has it: nothing of the importer may be turned away for want of an execution.
    LAMBDA_ACCOUNT_CONCURRENCY: '10',
    LOG_LEVEL: 'INFO',
    AWS_ENDPOINT_URL: endpoint,
  };
  const engine = spawn(join(venv, 'bin', 'ministack'), [], { cwd: directory, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  const keep = (chunk: Buffer): void => {
    log = `${log}${chunk.toString('utf8')}`.slice(-200_000);
  };
  engine.stdout.on('data', keep);
  engine.stderr.on('data', keep);
  const stop = async (): Promise<void> => {
    // It does not end at SIGTERM; the functions' own processes end by themselves once it is gone.
    engine.kill('SIGKILL');
    front.closeAllConnections();
    front.close();
    await sleep(1_000);
  };
  const until = performance.now() + readyWithinMs;
  const isReady = () =>
    fetch(`${endpoint}/_ministack/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isReady())) {
    if (performance.now() > until || engine.exitCode !== null) {
      await stop();
      throw new Error(`The engine did not start:\n${log.slice(-4_000)}`);
    }
    await sleep(50);
  }
  return { endpoint, refused, log: () => log, stop };
};
