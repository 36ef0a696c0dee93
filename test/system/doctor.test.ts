import { expect } from 'vitest';
import { ended, it } from '../support/command-line.ts';

it('doctor finds a password that is refused, and says what to do', async ({ cli }) => {
  const well = await cli.run(['doctor', '--api-url', cli.api.url]);
  expect(well).toMatchObject({ code: 0, stderr: 'Nothing is wrong.\n' });
  const ill = await cli.run(['doctor', '--api-url', cli.api.url, '--json'], { LUMI_PASSWORD: 'wrong' });
  expect(ill.code).toBe(2);
  const findings = ill.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, string>);
  expect(findings.filter(({ wrong }) => wrong !== undefined)).toEqual([
    {
      what: expect.stringContaining(cli.api.url),
      wrong: expect.stringContaining('401'),
      mend: expect.stringContaining('LUMI_PASSWORD'),
    },
  ]);
});

it('doctor and redrive say what they need', async ({ cli }) => {
  for (const [args, words] of [
    [['doctor'], 'Expected what to look at'],
    [['redrive'], 'Expected --stack NAME'],
  ] as const) {
    const { code, stdout, stderr } = await ended(cli.start(args));
    expect({ code, stdout, lines: stderr.trim().split('\n').length }).toEqual({ code: 1, stdout: '', lines: 1 });
    expect(stderr).toContain(words);
  }
});
