/**
 * Bundles what tsc has compiled to `dist`, because most of the time of an import goes into finding and linking many small files: what is
 * loaded at first becomes one file for each entry point and one that they share, and so does each part that is loaded later. The code stays
 * as tsc writes it, comments included, and the declarations stay where they are. The platform and the command line are not bundled.
 * `build.mjs` runs it.
 */
import { readdir, rm } from 'node:fs/promises';
import { isAbsolute, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rollup } from 'rollup';

const dist = fileURLToPath(new URL('dist/', import.meta.url));
const entryPoints = ['index', 'index.browser', 'vendor', 'undici', 'moderately/index', 'aixplain/index'];
/** Those that package.json puts in the place of a package in pages. */
const forPages = ['model/fields/reflect-metadata'];
/** The modules that the platform and the command line import of what is bundled. */
const shared = [
  'model/errors/index',
  'version',
  ...['dates', 'forms', 'problem', 'read-table', 'words'].map((name) => `moderately/tables/${name}`),
];
/**
 * What is one file each, with all that it imports and that is in none of those before: what the platform and its processes need, what both
 * front doors load, what only some calls of a vendor need, and what vendors need besides.
 */
const files = {
  base: ['model/errors/index', 'version'],
  words: ['moderately/tables/words'],
  core: ['front', 'connection', 'http/client', 'model/connection', 'polling/lazy-waiter'],
  merge: ['model/persistence/taking-over'],
  expired: ['http/files/expired'],
  'field-problems': ['model/fields/field-problems'],
  platform: ['vendor'],
  moderately: ['moderately/index'],
};

const helpers = fileURLToPath(import.meta.resolve('tslib/tslib.es6.mjs'));

const fileOf = (name) => `${dist}${name.replaceAll('/', sep)}.js`;
const isBundled = (file) => file.endsWith('.js') && !/^(local|cli)[\\/]/.test(file);

const bundle = await rollup({
  input: Object.fromEntries([...entryPoints, ...forPages, ...shared].map((name) => [name, fileOf(name)])),
  external: (id) => !isAbsolute(id) && !id.startsWith('.') && id !== 'tslib',
  // What a module does when it is loaded, it does for those who import something of it.
  treeshake: { moduleSideEffects: (_id, isExternal) => isExternal },
  plugins: [
    // The few helpers that decorators need are part of the bundle.
    { name: 'helpers', resolveId: (id) => (id === 'tslib' ? helpers : null) },
    // A file of which nothing is imported is not needed, and a page would load it.
    { name: 'unneeded', renderChunk: (code) => ({ code: code.replaceAll(/^import '\.[^']*';\n/gm, ''), map: null }) },
  ],
  onLog(level, log) {
    // The entities of a folder of Moderately import each other, and use each other only when they are called.
    if (log.code !== 'CIRCULAR_DEPENDENCY') throw new Error(`${level}: ${log.message}`);
  },
});

/** The file of each module of these. */
const fileByModule = new Map([[helpers, 'platform']]);
function assign(id, file, getModuleInfo) {
  if (fileByModule.has(id)) return;
  // It only exports what others have. In a file of theirs, it would load with that file all that it exports.
  if (id !== fileOf('vendor')) fileByModule.set(id, file);
  for (const imported of getModuleInfo(id)?.importedIds ?? []) assign(imported, file, getModuleInfo);
}

for (const file of await readdir(dist, { recursive: true })) if (isBundled(file)) await rm(dist + file);
const { output } = await bundle.write({
  dir: dist,
  entryFileNames: '[name].js',
  chunkFileNames: 'parts/[name].js',
  hoistTransitiveImports: false,
  minifyInternalExports: false,
  manualChunks(id, { getModuleInfo }) {
    if (fileByModule.size === 1) {
      for (const [file, names] of Object.entries(files)) for (const name of names) assign(fileOf(name), file, getModuleInfo);
    }
    return fileByModule.get(id) ?? null;
  },
});
await bundle.close();

// Class names are part of messages, and rollup renames what has the same name in two modules.
for (const { fileName, code } of output) {
  const [renamed] = /(?<=^|[\s=(])class \w+\$\d+/.exec(code) ?? [];
  if (renamed) throw new Error(`${fileName}: ${renamed} was renamed; two classes of one file have the same name, or that of a global.`);
}
if (process.argv.includes('--verbose'))
  for (const { fileName, code, modules } of output) console.log(fileName, code.length, Object.keys(modules).length);
