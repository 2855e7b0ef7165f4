import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sources } from './builds.mjs';
import { here, run } from './project.mjs';

const bin = (...path) => join(here, 'node_modules', ...path);

/** Runs a test runner and refuses what it warns of, besides that a feature of Node which the runner itself asks for is experimental. */
async function quietly(node, args, cwd) {
  const { stdout, stderr } = await run(node, args, { cwd });
  const warning = /^.*(?:warn|open handle|did not exit|not find module).*$/im.exec(
    `${stdout}\n${stderr}`.replaceAll(/^.*ExperimentalWarning: VM Modules.*$|^.*trace-warnings.*$/gm, ''),
  );
  if (warning) throw new Error(warning[0]);
}

async function jest(project, out, node, esm, expected) {
  await cp(join(project, 'story'), join(project, out), { recursive: true });
  const names = esm
    ? "import { story } from './story.mjs'; import * as classes from './defined.mjs';"
    : "const { story } = require('./story.mjs'); const classes = require('./defined.mjs');";
  await writeFile(join(project, out, 'package.json'), JSON.stringify({ type: esm ? 'module' : 'commonjs' }));
  await writeFile(
    join(project, out, 'story.test.js'),
    `${names} test('story', async () => { expect(JSON.parse(JSON.stringify(await story(classes)))).toEqual(${JSON.stringify(expected)}); });`,
  );
  const options = JSON.stringify({ rootDir: join(project, out), transform: {}, testEnvironment: 'node', watchman: false });
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
