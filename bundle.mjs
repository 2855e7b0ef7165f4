/**
 * Bundles what tsc has compiled to `dist`, because most of the time of an import goes into finding and linking many small files: what is
 * loaded at first becomes one file for each entry point and one that they share, and so does each part that is loaded later. The code stays
 * as tsc writes it, comments included, and the declarations stay where they are. The local platform is bundled by itself, into
 * `local/parts`, and the command line is not. `build.mjs` runs it.
 */
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rollup } from 'rollup';

const dist = fileURLToPath(new URL('dist/', import.meta.url));
const entryPoints = ['index', 'index.browser', 'vendor', 'undici', 'moderately/index', 'aixplain/index', 'durable/index'];
/** Those that package.json puts in the place of a package in pages. */
const forPages = ['model/fields/reflect-metadata'];
/** The modules that the platform and the command line import of what is bundled. */
const shared = [
  'model/errors/index',
  'model/support/optional-package',
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
  summary: ['model/fields/summary'],
  'possible-effect': ['model/support/possible-effect'],
  platform: ['vendor'],
  moderately: ['moderately/index'],
  durable: ['durable/index'],
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

/** All that modules import, and what that imports, without what is imported when it is needed. */
function closureOf(ids, getModuleInfo, found = new Set()) {
  for (const id of ids) {
    if (found.has(id)) continue;
    found.add(id);
    closureOf(getModuleInfo(id)?.importedIds ?? [], getModuleInfo, found);
  }
  return found;
}

/** Removes the modules that are bundled, and writes the bundle in their place. */
async function write(bundle, isBundled, options, fileOfModule) {
  for (const file of await readdir(dist, { recursive: true })) if (isBundled(file)) await rm(dist + file);
  let files;
  const { output } = await bundle.write({
    ...options,
    entryFileNames: '[name].js',
    chunkFileNames: 'parts/[name].js',
    hoistTransitiveImports: false,
    minifyInternalExports: false,
    manualChunks(id, { getModuleInfo }) {
      files ??= fileOfModule(getModuleInfo);
      return files(id);
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
}

await write(bundle, isBundled, { dir: dist }, (getModuleInfo) => {
  const fileByModule = new Map([[helpers, 'platform']]);
  for (const [file, names] of Object.entries(files)) {
    for (const id of closureOf(names.map(fileOf), getModuleInfo)) if (!fileByModule.has(id)) fileByModule.set(id, file);
  }
  // It only exports what others have. In a file of theirs, it would load with that file all that it exports.
  fileByModule.delete(fileOf('vendor'));
  return (id) => fileByModule.get(id) ?? null;
});

/** The modules of the local platform that stay where they are: those that others import, and those that processes and threads begin with. */
const localEntryPoints = [
  'index',
  'options',
  'queue/concurrency',
  'transfer/index',
  'isolation/child',
  'isolation/watchdog',
  'engine/blocks/pdf-reader/worker',
];
/** What of it is one file each: what starts it, each of its APIs, and what runs jobs. */
const localFiles = {
  platform: ['platform', 'server/http-server'],
  moderately: ['routes', 'routes/moderately/index'],
  aixplain: ['routes/aixplain/index'],
  observation: ['observation/index'],
  runs: ['pipeline-runner', 'at-once', 'dataset-runner', 'agent-runner', 'asset-runner'].map((name) => `executions/${name}`),
};
/** The same of its child processes. What both need is in one more file, with what is imported before anything is started. */
const childFiles = { child: ['isolation/child', 'isolation/watchdog', 'engine/blocks/pdf-reader/worker'], engine: ['engine/index'] };
const localFolder = `${dist}local${sep}`;
const localEntries = Object.fromEntries(localEntryPoints.map((name) => [name, fileOf(`local/${name}`)]));

/** Makes modules find the files beside them from where they are bundled. */
const movedUrls = {
  name: 'moved-urls',
  transform(code, id) {
    if (Object.values(localEntries).includes(id)) return null;
    return code.replace(/new URL\('(\.[^']+)', import\.meta\.url\)/g, (found, path) => {
      const file = join(dirname(id), path);
      return existsSync(file) ? `new URL('${relative(`${localFolder}parts`, file).replaceAll(sep, '/')}', import.meta.url)` : found;
    });
  },
};

const localBundle = await rollup({
  input: localEntries,
  external: (id) => (isAbsolute(id) ? !id.startsWith(localFolder) : !id.startsWith('.')),
  plugins: [movedUrls],
  onLog(level, log) {
    throw new Error(`${level}: ${log.message}`);
  },
});
const isInLocal = (file) => file.endsWith('.js') && (dist + file).startsWith(localFolder);
const localOptions = { dir: localFolder, onlyExplicitManualChunks: true };
await write(localBundle, isInLocal, localOptions, (getModuleInfo) => {
  const closure = (names) =>
    closureOf(
      names.map((name) => fileOf(`local/${name}`)),
      getModuleInfo,
    );
  const children = closure(Object.values(childFiles).flat());
  const fileByModule = new Map([...closure(['index', 'options'])].map((id) => [id, 'base']));
  const assign = (filesOfNames, fileOfId) => {
    for (const [file, names] of Object.entries(filesOfNames)) {
      for (const id of closure(names)) if (!fileByModule.has(id)) fileByModule.set(id, fileOfId(id, file));
    }
  };
  assign(localFiles, (id, file) => (children.has(id) ? 'base' : file));
  assign(childFiles, (_id, file) => file);
  for (const id of Object.values(localEntries)) fileByModule.delete(id);
  return (id) => fileByModule.get(id) ?? null;
});
