import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { heap } from '../../infra/topology.ts';
import manifest from '../../package.json' with { type: 'json' };

/** What a process came to. */
export interface Measured {
  /** From its beginning to its end. */
  readonly seconds: number;
  readonly peakMib: number;
  /** Of processor time, from its beginning to its end. */
  readonly cpuSeconds: number;
  /** What it printed last, where that is JSON. */
  readonly printed: unknown;
}

/** What `npm start` gives to Node. */
export const startOptions = manifest.scripts.start.split(' ').filter((word) => word.startsWith('--'));

/** A function runs as it is deployed. It has no compile cache, with which Node runs the same code slower for long. */
const functionOptions = ['--disable-warning=ExperimentalWarning', heap.startOption, heap.flag];
const optionsOf = (file: string): readonly string[] => (file === 'import-run.ts' ? startOptions : functionOptions);

/** Starts a file beside this one as a process that may be talked to, with the options of `npm start`. */
export const startProcess = (file: string, parameters: readonly string[] = []): ChildProcess =>
  fork(fileURLToPath(new URL(file, import.meta.url)), parameters, {
    execArgv: [...optionsOf(file)],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, LUMI_USERNAME: 'bench', LUMI_PASSWORD: 'bench', NO_COLOR: '1' },
  });

/** What a measured process tells of itself when it ends. */
interface Told {
  readonly peakKib: number;
  readonly cpuSeconds: number;
}

const lastLine = (text: string): unknown => {
  try {
    return JSON.parse(text.trim().split('\n').at(-1) ?? '');
  } catch {
    return undefined;
  }
};

/**
 * Runs a file beside this one to its end, in a process of its own, so that its time and its memory are its own.
 * @throws where it ends with anything but 0, with what it said
 */
export const measureProcess = async (file: string, parameters: readonly string[]): Promise<Measured> => {
  const begin = performance.now();
  const child = startProcess(file, parameters);
  let out = '';
  let said = '';
  let peakMib = 0;
  let cpuSeconds = 0;
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-2_000);
  });
  child.on('message', (told: Told) => {
    peakMib = told.peakKib / 1024;
    ({ cpuSeconds } = told);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${file} ended with ${code}: ${said}`);
  return { seconds: (performance.now() - begin) / 1_000, peakMib, cpuSeconds, printed: lastLine(out) };
};

/** KiB. What the kernel says of a process counts the memory that its parent had when it was forked; `/proc` does not. */
const peakMemory = (): number => {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
  const [, peak] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
  return peak === undefined ? process.resourceUsage().maxRSS : Number(peak);
};

/** In a measured process: tells what it took when it ends. */
export const tellWhatItTook = (): void => {
  process.once('exit', () => {
    const { user, system } = process.cpuUsage();
    const told: Told = { peakKib: peakMemory(), cpuSeconds: (user + system) / 1e6 };
    process.send?.(told);
  });
  // The channel to the parent keeps no process alive.
  process.channel?.unref();
};
