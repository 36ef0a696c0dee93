import { globSync, readFileSync } from 'node:fs';

/**
 * A handler wires and nothing else: no branch and no loop, under 40 lines; the wiring that two handlers share likewise,
 * with the imports that it needs. Part of `npm run check`.
 */
const rules = [
  { files: 'lambdas/*/{handler,*-handler}.ts', maxLines: 40 },
  { files: 'lambdas/*/wire-*.ts', maxLines: 60 },
];

const withoutTexts = (source: string): string =>
  source.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '').replaceAll(/'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`/g, "''");

const branch = /\b(if|else|switch|for|while|do|try|catch)\b|\s\?\s|&&|\|\||\?\?/;

const faultsOf = (file: string, maxLines: number): string[] => {
  const source = readFileSync(file, 'utf8');
  const lines = source.trimEnd().split('\n').length;
  const found = branch.exec(withoutTexts(source));
  return [
    ...(lines > maxLines ? [`${file} has ${lines} lines; wiring has at most ${maxLines}`] : []),
    ...(found === null ? [] : [`${file} branches with "${found[0].trim()}"; move the decision into a story beside it`]),
  ];
};

const checked = rules.flatMap(({ files, maxLines }) => globSync(files).map((file) => ({ file, maxLines })));
const faults = checked.flatMap(({ file, maxLines }) => faultsOf(file, maxLines));
if (checked.length < 5) faults.push(`only ${checked.length} handlers were found`);
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
