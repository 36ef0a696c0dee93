import { join } from 'node:path';
import { build } from 'rolldown';
import { bundleFunctions } from '../../infra/stack/bundle.ts';
import { atMost, type Figure, median } from './figure.ts';
import { measureProcess } from './measured-process.ts';

/** How large the functions' bundles are, and how long they take to load against a bundle of nothing but the S3 client. */
export async function* bundleFigures(directory: string): AsyncGenerator<Figure> {
  const bundles = await bundleFunctions(directory);
  for (const { name, sizeBytes } of bundles) yield atMost(`bundle_${name}`, sizeBytes / 1_000, 500, 'kB');
  const bare = join(directory, 'bare', 'index.mjs');
  await build({
    input: join(import.meta.dirname, 'bare-s3-client.ts'),
    platform: 'node',
    resolve: { mainFields: ['module', 'main'] },
    output: { file: bare, format: 'esm', minify: true, codeSplitting: false },
  });
  const load = async (file: string): Promise<number> =>
    ((await measureProcess('load-run.ts', [file])).printed as { readonly ms: number }).ms;
  for (const { name } of bundles) {
    const ratios: number[] = [];
    for (let turn = 0; turn < 9; turn += 1)
      ratios.push((await load(join(directory, name, 'index.mjs'))) / (await load(bare)));
    yield atMost(`load_${name}_vs_bare_s3_client`, median(ratios), 1.15, 'ratio');
  }
}
