import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sources, withoutAccessors } from './builds.mjs';
import { here, link, requireTool, run } from './project.mjs';

const bin = (...path) => join(here, 'node_modules', ...path);

/** Runs a test runner and refuses what it warns of, besides that a feature of Node which the runner itself asks for is experimental. */
async function quietly(node, args, cwd, env = {}) {
  const { stdout, stderr } = await run(node, args, { cwd, env });
  const warning = /^.*(?:warn|open handle|did not exit|not find module).*$/im.exec(
    `${stdout}\n${stderr}`.replaceAll(/^.*ExperimentalWarning: VM Modules.*$|^.*trace-warnings.*$/gm, ''),
  );
  if (warning) throw new Error(warning[0]);
}

/** What pages have and jsdom does not, in jest's environment of it. */
const environmentWithFetch = `import { TestEnvironment } from ${JSON.stringify(bin('jest-environment-jsdom', 'build', 'index.js'))};
export default class extends TestEnvironment {
  constructor(...args) {
    super(...args);
    Object.assign(this.global, { fetch, Response, TextDecoder, TextEncoder, ReadableStream });
  }
}
`;

async function jest(project, out, node, esm, expected, { environment = 'node' } = {}) {
  await cp(join(project, 'story'), join(project, out), { recursive: true });
  const names = esm
    ? "import { story } from './story.mjs'; import * as classes from './defined.mjs';"
    : "const { story } = require('./story.mjs'); const classes = require('./defined.mjs');";
  await writeFile(join(project, out, 'package.json'), JSON.stringify({ type: esm ? 'module' : 'commonjs' }));
  await writeFile(
    join(project, out, 'story.test.js'),
    `${names} test('story', async () => { expect(JSON.parse(JSON.stringify(await story(classes)))).toEqual(${JSON.stringify(expected)}); });`,
  );
  await writeFile(join(project, out, 'environment.mjs'), environmentWithFetch);
  const testEnvironment = environment === 'with fetch' ? './environment.mjs' : environment;
  const options = JSON.stringify({ rootDir: join(project, out), transform: {}, testEnvironment, watchman: false });
  await quietly(node, ['--experimental-vm-modules', bin('jest', 'bin', 'jest.js'), '--config', options, '--no-cache'], project);
}

async function vitest(project, out, node, decorators, expected) {
  const entry = await sources(project, out, decorators);
  const names = entry.endsWith('.mjs') ? './defined.mjs' : './classes.ts';
  await writeFile(
    join(project, out, 'story.test.ts'),
    `import { expect, test } from 'vitest'; import { story } from './story.mjs'; import { Widget, Report } from '${names}';
     test('story', async () => { expect(JSON.parse(JSON.stringify(await story({ Widget, Report })))).toEqual(${JSON.stringify(expected)}); });`,
  );
  await mkdir(join(project, out), { recursive: true });
  await quietly(node, [bin('vitest', 'vitest.mjs'), 'run', '--root', join(project, out)], project);
}

/** The settings of TypeScript that Next would write, and what it would install. */
async function withTypes(project, folder, decorators) {
  const { version } = requireTool('typescript5/package.json');
  if (!version.startsWith('5.')) throw new Error(`Next needs TypeScript 5, not ${version}`);
  for (const [name, target] of Object.entries({
    typescript: 'typescript5',
    '@types/node': '@types/node',
    '@types/react': '@types/react',
  })) {
    await link(join(project, folder), name, bin(target));
  }
  const compilerOptions = {
    ...{ target: 'ES2022', lib: ['dom', 'dom.iterable', 'esnext'], module: 'esnext', moduleResolution: 'bundler', jsx: 'react-jsx' },
    ...{ allowJs: true, skipLibCheck: true, strict: true, noEmit: true, esModuleInterop: true, resolveJsonModule: true },
    ...{ isolatedModules: true, incremental: true, allowImportingTsExtensions: true, plugins: [{ name: 'next' }] },
    experimentalDecorators: decorators === 'legacy',
  };
  await writeFile(join(project, folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['**/*.ts'] }));
}

/** A route of Next that tells the story, which `next build` runs because it is static. */
async function next(project, out, node, decorators, expected) {
  const app = join(project, out, 'app');
  await cp(join(project, 'story'), join(app, 'story'), { recursive: true });
  const typed = decorators !== 'none';
  for (const name of ['classes.ts', 'legacy-or-standard.ts', 'no-decorators.ts', 'story.d.mts']) {
    if (!typed || name !== 'classes.ts') await rm(join(app, 'story', name));
  }
  for (const name of ['next', 'react', 'react-dom']) await link(join(project, out), name, bin(name));
  if (typed) {
    await withTypes(project, out, decorators);
    const classes = join(app, 'story', 'classes.ts');
    await writeFile(classes, withoutAccessors(await readFile(classes, 'utf8')));
  }
  const route = `import * as classes from './${typed ? 'classes' : 'defined.mjs'}';
import { story } from './story.mjs';
export const dynamic = 'force-static';
export const GET = async () => Response.json(await story(classes));
`;
  await writeFile(join(app, 'story', typed ? 'route.ts' : 'route.js'), route);
  await writeFile(
    join(app, 'layout.js'),
    'export default function Layout({ children }) { return <html lang="en"><body>{children}</body></html>; }',
  );
  // The packages of the project are links to those of another folder.
  const config = { turbopack: { root: '/' }, outputFileTracingRoot: '/', typescript: { ignoreBuildErrors: true } };
  await writeFile(join(project, out, 'next.config.mjs'), `export default ${JSON.stringify(config)};`);
  await quietly(node, [bin('next', 'dist', 'bin', 'next'), 'build'], join(project, out), { NEXT_TELEMETRY_DISABLED: '1' });
  const stdout = await readFile(join(project, out, '.next', 'server', 'app', 'story.body'), 'utf8');
  same({ stdout, stderr: '' }, expected);
}

/** Test runners, and loaders that compile what is imported. `works(project, out, node, expected)` rejects when the story is another one. */
export const runners = [
  ...['legacy', 'standard', 'none'].flatMap((decorators) => [
    {
      tool: 'vitest',
      decorators,
      settings: '',
      ...(decorators === 'standard' && { refused: /Invalid or unexpected token/, note: 'Vite leaves standard decorators as they are' }),
      works: (project, out, node, expected) => vitest(project, out, node, decorators, expected),
    },
    {
      tool: 'Next',
      decorators,
      settings: 'server, Turbopack',
      ...(decorators === 'standard' && {
        refused: /the compiler implements an early proposal of decorators, as Next does\. Set "experimentalDecorators": true/,
        note: 'Next compiles standard decorators by an early proposal: set `experimentalDecorators`',
      }),
      works: (project, out, node, expected) => next(project, out, node, decorators, expected),
    },
    {
      tool: 'tsx',
      decorators,
      settings: '',
      async works(project, out, node, expected) {
        const entry = await sources(project, out, decorators);
        const args = ['--import', bin('tsx', 'dist', 'loader.mjs'), entry.slice(out.length + 1)];
        return run(node, args, { cwd: join(project, out) }).then((said) => same(said, expected));
      },
    },
  ]),
  {
    tool: 'jest',
    decorators: 'none',
    settings: 'ES modules',
    works: (project, out, node, expected) => jest(project, out, node, true, expected),
  },
  {
    tool: 'jest',
    decorators: 'none',
    settings: 'ES modules, jsdom',
    refused: /ConfigurationError: The page has no TextDecoder, TextEncoder, ReadableStream\. In jest's jsdom, set testEnvironment/,
    note: 'jsdom has no fetch, TextDecoder and streams: set an environment that hands on those of Node (docs/browser.md)',
    works: (project, out, node, expected) => jest(project, out, node, true, expected, { environment: bin('jest-environment-jsdom') }),
  },
  {
    tool: 'jest',
    decorators: 'none',
    settings: 'ES modules, jsdom with fetch and streams',
    works: (project, out, node, expected) => jest(project, out, node, true, expected, { environment: 'with fetch' }),
  },
  ...[20, 22, 24, 26].map((major) => ({
    tool: 'jest',
    decorators: 'none',
    settings: `CommonJS, Node ${major}`,
    major,
    ...(major < 24 && {
      refused: /Must use import|Unexpected token|Cannot use import statement|require\(\) of ES Module/,
      note: 'jest requires ES modules on Node 24.9 or later only',
    }),
    works: (project, out, _node, expected) => jest(project, out, bin(`node${major}`, 'bin', 'node'), false, expected),
  })),
];

/** @throws Error when a program has told another story, or has warned of something. */
export function same({ stdout, stderr }, expected) {
  if (stderr !== '') throw new Error(`warned: ${stderr}`);
  if (sorted(JSON.parse(stdout)) !== sorted(expected)) throw new Error(`told another story: ${stdout}`);
}

/** JSON with its keys in order: decorators of `accessor`s run before those of fields. */
function sorted(value) {
  return JSON.stringify(value, (_key, part) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
