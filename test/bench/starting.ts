import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { atMost, type Figure, median } from './figure.ts';
import { startOptions } from './measured-process.ts';

const tellCpu = fileURLToPath(new URL('tell-cpu.cjs', import.meta.url));
const turns = 9;

/** Milliseconds of processor time of a process of Node, from its beginning to its end. */
const cpuMsOf = (parameters: readonly string[]): number => {
  const { output, status, stderr } = spawnSync(process.execPath, ['--require', tellCpu, ...parameters], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const told = Number(output[3]?.toString());
  if (!(told > 0)) throw new Error(`node ${parameters.join(' ')} ended with ${status}: ${stderr.toString()}`);
  return told;
};

/** What the command line takes to begin, and for its smallest work, against Node doing nothing in the same run. */
export async function* startingFigures(directory: string): AsyncGenerator<Figure> {
  const command = (...words: readonly string[]): number => cpuMsOf([...startOptions, 'infra/cli/main.ts', ...words]);
  const [nothing, help, sample]: [number[], number[], number[]] = [[], [], []];
  command('--help');
  for (let turn = 0; turn < turns; turn += 1) {
    nothing.push(cpuMsOf(['-e', '0']));
    help.push(command('--help'));
    sample.push(command('import', 'samples/leads.csv', '--yes', '--out', join(directory, `out-start-${turn}`)));
  }
  yield atMost('start_help', median(help) / median(nothing), 4.5, 'ratio');
  yield atMost('start_37_rows', median(sample) / median(nothing), 26, 'ratio');
}
