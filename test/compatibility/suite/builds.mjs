import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { here, requireTool, root, run } from './project.mjs';

/** What Vite cannot do: our code is never reached. */
const refusals = {
  standard: { refused: /SyntaxError: Invalid or unexpected token/, note: 'Vite leaves standard decorators as they are' },
};

/** What a user runs, per tool: each makes of the story a program, whose path it returns. */
export const builds = [
  ...['typescript', 'typescript5'].flatMap((compiler) => {
    const tool = compiler === 'typescript' ? 'tsc' : 'tsc 5';
    return [
      tsc(tool, compiler, 'legacy', 'metadata, class fields defined', { emitDecoratorMetadata: true, useDefineForClassFields: true }),
      tsc(tool, compiler, 'legacy', 'metadata, class fields assigned', { emitDecoratorMetadata: true, useDefineForClassFields: false }),
      tsc(tool, compiler, 'legacy', 'class fields defined', { useDefineForClassFields: true }),
      tsc(tool, compiler, 'legacy', 'class fields assigned', { useDefineForClassFields: false }),
      tsc(tool, compiler, 'standard', '', { experimentalDecorators: false }),
    ];
  }),
  swc('legacy', 'metadata', { legacyDecorator: true, decoratorMetadata: true }),
  swc('legacy', '', { legacyDecorator: true }),
  swc('standard', 'decoratorVersion 2022-03', { decoratorVersion: '2022-03' }),
  swc('standard', 'decoratorVersion 2023-11', { decoratorVersion: '2023-11' }),
  esbuild('legacy', { experimentalDecorators: true }),
  esbuild('standard', {}),
  babel('legacy', { version: 'legacy' }),
  babel('standard', { version: '2023-11' }),
  ...['legacy', 'standard', 'none'].flatMap((decorators) => [
    { tool: 'esbuild', decorators, settings: 'bundle, minified', build: (project, out) => bundleByEsbuild(project, out, decorators) },
    { tool: 'webpack', decorators, settings: 'of what swc made', build: (project, out) => webpack(project, out, decorators) },
    { tool: 'rollup', decorators, settings: 'of what swc made', build: (project, out) => rollup(project, out, decorators) },
    {
      tool: 'rollup',
      decorators,
      settings: 'for browsers, of what swc made',
      build: (project, out) => rollup(project, out, decorators, { browser: true }),
    },
    { tool: 'vite', decorators, settings: 'lib', ...refusals[decorators], build: (project, out) => vite(project, out, decorators, 'lib') },
    { tool: 'vite', decorators, settings: 'ssr', ...refusals[decorators], build: (project, out) => vite(project, out, decorators, 'ssr') },
    {
      tool: 'vite',
      decorators,
      settings: 'client',
      ...refusals[decorators],
      build: (project, out) => viteClient(project, out, decorators),
    },
  ]),
];

const files = ['classes.ts', 'legacy-or-standard.ts'];

/** Without what not all compilers can compile together with decorators. */
export function withoutAccessors(source) {
  return source.replaceAll(/\baccessor (?=\w+ =)/g, '');
}

async function copyPlain(project, out) {
  await mkdir(join(project, out), { recursive: true });
  for (const name of ['story.mjs', 'server.mjs']) await cp(join(project, 'story', name), join(project, out, name));
}

function tsc(tool, compiler, decorators, settings, options) {
  const build = async (project, out) => {
    const compilerOptions = {
      target: 'ES2022',
      module: 'NodeNext',
      lib: ['ES2023', 'DOM', 'DOM.AsyncIterable'],
      types: [],
      strict: true,
      skipLibCheck: true,
      experimentalDecorators: true,
      rootDir: 'story',
      outDir: out,
      ...options,
    };
    await writeFile(join(project, `${out}.json`), JSON.stringify({ compilerOptions, files: files.map((name) => `story/${name}`) }));
    const bin =
      compiler === 'typescript'
        ? join(root, 'node_modules', 'typescript', 'bin', 'tsc')
        : join(requireTool.resolve(`${compiler}/package.json`), '..', 'bin', 'tsc');
    await run(process.execPath, [bin, '-p', `${out}.json`], { cwd: project });
    await copyPlain(project, out);
    return join(out, 'legacy-or-standard.js');
  };
  return { tool, decorators, settings, build };
}

/** Compiles the files of the story one by one, as `compile` says. */
async function eachFile(project, out, compile) {
  await copyPlain(project, out);
  for (const name of files) {
    const code = await compile(await readFile(join(project, 'story', name), 'utf8'), join(project, 'story', name));
    await writeFile(join(project, out, name.replace('.ts', '.js')), code);
  }
  return join(out, 'legacy-or-standard.js');
}

function swc(decorators, settings, transform) {
  const { transform: compile } = requireTool('@swc/core');
  const jsc = { target: 'es2022', parser: { syntax: 'typescript', decorators: true }, transform };
  const build = (project, out) =>
    eachFile(project, out, async (source, filename) => {
      const adapted = decorators === 'legacy' ? withoutAccessors(source) : source;
      return (await compile(adapted, { filename, swcrc: false, jsc, module: { type: 'es6' } })).code;
    });
  return { tool: 'swc', decorators, settings, build };
}

function esbuild(decorators, compilerOptions) {
  const { transform } = requireTool('esbuild');
  const options = { loader: 'ts', target: 'es2022', tsconfigRaw: { compilerOptions } };
  const build = (project, out) =>
    eachFile(project, out, async (source) => {
      const { code, warnings } = await transform(source, options);
      if (warnings.length > 0) throw new Error(warnings[0].text);
      return code;
    });
  return { tool: 'esbuild', decorators, settings: '', build };
}

function babel(decorators, options) {
  const { transformAsync } = requireTool('@babel/core');
  const plugins = [
    [requireTool.resolve('@babel/plugin-transform-typescript'), { allowDeclareFields: true }],
    [requireTool.resolve('@babel/plugin-proposal-decorators'), options],
    ...(decorators === 'legacy' ? [requireTool.resolve('@babel/plugin-transform-class-properties')] : []),
  ];
  const build = (project, out) =>
    eachFile(project, out, async (source, filename) => {
      const adapted = decorators === 'legacy' ? withoutAccessors(source) : source;
      return (await transformAsync(adapted, { filename, plugins, babelrc: false, configFile: false })).code;
    });
  return { tool: 'babel', decorators, settings: `version ${options.version}`, build };
}

/**
 * The story as TypeScript, in a folder with the settings that tools look for beside a source.
 *
 * @param options `accessors`: whether fields may be accessors. Default: true.
 * @returns The program, or the one without decorators.
 */
export async function sources(project, folder, decorators, { accessors = true } = {}) {
  await cp(join(project, 'story'), join(project, folder), { recursive: true });
  const edit = async (name, change) => {
    const path = join(project, folder, name);
    await writeFile(path, change(await readFile(path, 'utf8')));
  };
  await edit('legacy-or-standard.ts', (source) => source.replace('./classes.js', './classes.ts'));
  if (!accessors) await edit('classes.ts', withoutAccessors);
  const compilerOptions = {
    target: 'ES2022',
    module: 'ESNext',
    moduleResolution: 'bundler',
    experimentalDecorators: decorators === 'legacy',
  };
  for (const name of ['tsconfig.json', 'deno.json']) {
    const options = name === 'deno.json' ? { experimentalDecorators: compilerOptions.experimentalDecorators } : compilerOptions;
    await writeFile(join(project, folder, name), JSON.stringify({ compilerOptions: options }));
  }
  return join(folder, decorators === 'none' ? 'no-decorators.mjs' : 'legacy-or-standard.ts');
}

/** What bundlers without a compiler of their own start from: the program without decorators, or what swc made of the other. */
async function compiled(project, out, decorators) {
  const transform = decorators === 'legacy' ? { legacyDecorator: true } : { decoratorVersion: '2023-11' };
  const entry = decorators === 'none' ? 'story/no-decorators.mjs' : await swc(decorators, '', transform).build(project, `${out}-swc`);
  return join(project, entry);
}

async function bundleByEsbuild(project, out, decorators) {
  const entry = await sources(project, `${out}-source`, decorators);
  const outfile = join(out, 'bundle.mjs');
  const { warnings } = await requireTool('esbuild').build({
    absWorkingDir: project,
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'es2022',
    logLevel: 'silent',
  });
  refuseWarnings(warnings.map(({ text }) => text));
  return outfile;
}

async function webpack(project, out, decorators) {
  const compiler = requireTool('webpack')({
    context: project,
    mode: 'production',
    target: 'node',
    optimization: { minimize: false },
    entry: await compiled(project, out, decorators),
    output: { path: join(project, out), filename: 'bundle.mjs', module: true, chunkFormat: 'module' },
    experiments: { outputModule: true },
  });
  const stats = await new Promise((resolve, reject) => {
    compiler.run((error, result) => compiler.close(() => (error ? reject(error) : resolve(result))));
  });
  const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
  refuseWarnings([...errors, ...warnings].map(({ message }) => message));
  return join(out, 'bundle.mjs');
}

/** @param options `browser`: whether it is made for browsers. Default: false. */
async function rollup(project, out, decorators, { browser = false } = {}) {
  const warnings = [];
  const plugin = (name) => requireTool(name).default ?? requireTool(name);
  const bundle = await requireTool('rollup').rollup({
    input: await compiled(project, out, decorators),
    plugins: [plugin('@rollup/plugin-node-resolve')({ browser, preferBuiltins: !browser }), plugin('@rollup/plugin-commonjs')()],
    // Entities of Moderately refer to each other, and the files of other packages are not ours to mend.
    onwarn: ({ message, id, code }) => {
      const isForeign = code === 'THIS_IS_UNDEFINED' && !id?.includes('/remote-record/');
      if (code !== 'CIRCULAR_DEPENDENCY' && !isForeign) warnings.push(message);
    },
  });
  await bundle.write({ file: join(project, out, 'bundle.mjs'), format: 'es', inlineDynamicImports: true });
  await bundle.close();
  refuseWarnings(warnings);
  return browser ? inPage(project, out, 'bundle.mjs') : join(out, 'bundle.mjs');
}

/** What `vite build` makes of a page, run in one. */
async function viteClient(project, out, decorators) {
  const folder = `${out}-source`;
  const entry = await sources(project, folder, decorators);
  const script = `<script type="module" src="/${entry.slice(folder.length + 1)}"></script>`;
  await writeFile(join(project, folder, 'index.html'), `<!doctype html><title>Story</title>${script}`);
  const args = [
    join(here, 'node_modules', 'vite', 'bin', 'vite.js'),
    'build',
    '--logLevel',
    'warn',
    '--outDir',
    join('..', out),
    '--emptyOutDir',
  ];
  const { stdout, stderr } = await run(process.execPath, args, { cwd: join(project, folder) });
  refuseWarnings([stdout, stderr].filter((text) => text !== ''));
  const [, bundle] = /src="\/(assets\/[^"]+)"/.exec(await readFile(join(project, out, 'index.html'), 'utf8'));
  return inPage(project, out, bundle);
}

/** A program that runs a module as a page does: it has a document, and may import nothing of Node. */
async function inPage(project, out, bundle) {
  const code = await readFile(join(project, out, bundle), 'utf8');
  const built = builtinModules.find((name) => new RegExp(`(?:from|import|require\\()\\s*["'\`](?:node:)?${name}["'\`]`).test(code));
  if (built !== undefined) throw new Error(`imports ${built} of Node`);
  const program = `import { createRequire } from 'node:module';
const { window } = new (createRequire(${JSON.stringify(join(here, 'package.json'))})('jsdom').JSDOM)('', { url: 'https://page.test/' });
for (const name of Object.getOwnPropertyNames(window)) if (!(name in globalThis)) globalThis[name] = window[name];
// As in every browser since 2023; jsdom loads nothing, and Vite would fetch the addresses of the files instead.
window.DOMTokenList.prototype.supports = (token) => token === 'modulepreload';
await import('./${bundle}');
`;
  await writeFile(join(project, out, 'page.mjs'), program);
  return join(out, 'page.mjs');
}

async function vite(project, out, decorators, mode) {
  const entry = join(project, await sources(project, `${out}-source`, decorators));
  const warnings = [];
  const say = (message) => warnings.push(message);
  const { build } = await import(pathToFileURL(requireTool.resolve('vite')).href);
  await build({
    root: join(project, `${out}-source`),
    configFile: false,
    customLogger: { info() {}, warn: say, warnOnce: say, error: say, clearScreen() {}, hasErrorLogged: () => false, hasWarned: false },
    ssr: { noExternal: true },
    build: {
      outDir: join(project, out),
      emptyOutDir: true,
      reportCompressedSize: false,
      ...(mode === 'lib' ? { ssr: true, lib: { entry, formats: ['es'], fileName: () => 'bundle.mjs' } } : { ssr: entry }),
      rollupOptions: { output: { entryFileNames: 'bundle.mjs' } },
    },
  });
  refuseWarnings(warnings);
  return join(out, 'bundle.mjs');
}

function refuseWarnings(warnings) {
  if (warnings.length > 0) throw new Error(warnings.join('\n'));
}
