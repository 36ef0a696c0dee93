import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Plugin, rolldown } from 'rolldown';
import { type FunctionName, functions, heap } from '../topology.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Parts of libraries that the functions never reach, or reach in a shorter way. Each file says why. */
const replacements: readonly { readonly id: RegExp; readonly by: string }[] = [
  { id: /^@aws-sdk\/credential-provider-node$/, by: 'lambda-credentials.ts' },
  { id: /^@smithy\/core\/event-streams$/, by: 'no-event-streams.ts' },
  { id: /\/(?:Md5|Sha1|Sha256)Js(?:\.js)?$/, by: 'no-js-hashes.ts' },
  { id: /client-h2\.js$/, by: 'no-http2.ts' },
  { id: /llhttp\/llhttp-wasm\.js$/, by: 'absent.ts' },
  { id: /web\/fetch\/body\.js$/, by: 'absent.ts' },
  { id: /web\/fetch\/formdata(\.js)?$/, by: 'absent.ts' },
  { id: /web\/webidl(\/index\.js)?$/, by: 'absent.ts' },
];

const replacing: Plugin = {
  name: 'replacing',
  resolveId: (id) => {
    const replacement = replacements.find((each) => each.id.test(id));
    return replacement === undefined ? null : join(root, 'infra', 'stack', 'bundled', replacement.by);
  },
};

/** Where the metadata of a country keep its formats: how a number is written, not whether it is one. */
const formatsIndex = 4;

interface PhoneMetadata {
  readonly countries: Record<string, unknown[]>;
}

/** Phone metadata without the formats of foreign numbers: only Australian ones are ever written in their national form. */
export const withoutForeignFormats = <Metadata extends PhoneMetadata>(metadata: Metadata): Metadata => {
  const lean = structuredClone(metadata);
  for (const [country, facts] of Object.entries(lean.countries)) {
    if (country !== 'AU' && Array.isArray(facts[formatsIndex])) facts[formatsIndex] = 0;
  }
  return lean;
};

const leanPhoneMetadata: Plugin = {
  name: 'lean-phone-metadata',
  transform: {
    filter: { id: /libphonenumber-js\/metadata\.min\.json/ },
    handler: (code) => {
      const metadata = JSON.parse(code.slice(code.indexOf('{'), code.lastIndexOf('}') + 1)) as PhoneMetadata;
      return { code: `export default ${JSON.stringify(withoutForeignFormats(metadata))};`, map: { mappings: '' } };
    },
  },
};

/** A function as it is deployed. */
export interface Bundle {
  readonly name: FunctionName;
  /** Of the minified code that a start loads, without its source map. */
  readonly sizeBytes: number;
}

const bundleFunction = async (name: FunctionName, directory: string): Promise<Bundle> => {
  const bundle = await rolldown({
    cwd: root,
    input: join(root, functions[name].entry),
    platform: 'node',
    plugins: [replacing, leanPhoneMetadata],
    resolve: { mainFields: ['module', 'main'] },
    // undici's own switch, as Node sets it for its own copy: it leaves out a parser that is an experiment.
    transform: { target: 'es2024', define: { esbuildDetection: '1' } },
  });
  mkdirSync(join(directory, name), { recursive: true });
  const { output } = await bundle.write({
    dir: join(directory, name),
    entryFileNames: 'index.mjs',
    chunkFileNames: '[name].mjs',
    format: 'esm',
    banner: `import{setFlagsFromString as setFlag}from'node:v8';setFlag('${heap.flag}');`,
    minify: true,
    sourcemap: true,
    sourcemapExcludeSources: true,
    comments: { legal: false },
  });
  await bundle.close();
  const [entry] = output;
  return { name, sizeBytes: Buffer.byteLength(entry.code) };
};

/**
 * Bundles every function into `<directory>/<function>/index.mjs`, one minified file, and beside it what is loaded when it
 * is needed. The SDK that was tested is the one that runs, not the one that the runtime happens to bring.
 */
export const bundleFunctions = (directory: string): Promise<Bundle[]> =>
  Promise.all((Object.keys(functions) as FunctionName[]).map((name) => bundleFunction(name, directory)));
