// Bundles src/ into the folder given: index.html and assets/NAME-HASH.*, each compressed twice (.br, .gz) and nothing else.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];
const source = (...path) => join(here, 'src', ...path);

// The starters of the command line, as text.
const starters = {
  name: 'starters',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^starter:/ }, ({ path }) => ({ path: path.slice('starter:'.length), namespace: 'starter' }));
    onLoad({ filter: /.*/, namespace: 'starter' }, ({ path }) => ({
      contents: readFileSync(join(here, '..', '..', 'Starters', 'Sources', path), 'utf8'),
      loader: 'text',
    }));
  },
};

const bundle = await build({
  entryPoints: { app: source('main.js'), style: source('styles', 'main.css') },
  outdir: '/assets',
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true, // the editor and each of its languages load when they are needed
  format: 'esm',
  target: ['es2022', 'chrome111', 'firefox113', 'safari16.4'],
  minify: true,
  legalComments: 'eof', // the libraries' licences ask for their notices
  plugins: [starters],
  metafile: true,
  write: false,
  logLevel: 'warning',
});

const files = new Map(bundle.outputFiles.map((file) => [basename(file.path), file.contents]));
const icon = readFileSync(source('icon.svg'));
const iconName = `icon-${createHash('sha256').update(icon).digest('hex').slice(0, 8).toUpperCase()}.svg`;
files.set(iconName, icon);

const entry = (point) => basename(Object.entries(bundle.metafile.outputs).find(([, output]) => output.entryPoint?.endsWith(point))[0]);
const script = entry('main.js');
// What the entry imports statically is asked for at once, not one round trip later.
const preloads = bundle.metafile.outputs[Object.keys(bundle.metafile.outputs).find((path) => path.endsWith(script))].imports
  .filter((imported) => imported.kind === 'import-statement')
  .map((imported) => `<link rel="modulepreload" href="/assets/${basename(imported.path)}">`);
const page = readFileSync(source('index.html'), 'utf8')
  .replace('<!-- styles -->', `<link rel="stylesheet" href="/assets/${entry('main.css')}">`)
  .replace('<!-- icon -->', `<link rel="icon" type="image/svg+xml" href="/assets/${iconName}">`)
  .replace('<!-- scripts -->', [...preloads, `<script type="module" src="/assets/${script}"></script>`].join('\n  '));

rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, 'assets'), { recursive: true });
function write(path, content) {
  const bytes = Buffer.from(content);
  writeFileSync(join(out, `${path}.br`), brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }));
  writeFileSync(join(out, `${path}.gz`), gzipSync(bytes, { level: 9 }));
}
write('index.html', page);
for (const [name, content] of files) write(join('assets', name), content);
writeFileSync(join(out, 'bundled'), ''); // what the build compares with the sources' times
