/** Tries the packed package on the runtimes that are installed with this folder. Run with: npm run test:runtimes */
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { builds, sources } from './suite/builds.mjs';
import { makeProject, run } from './suite/project.mjs';
import { same } from './suite/runners.mjs';
import { runtimes } from './suite/runtimes.mjs';
import { Tally } from './suite/tally.mjs';

const project = await makeProject();
const withPlatform = await makeProject({ optional: true });
const expected = JSON.parse((await run(process.execPath, ['story/no-decorators.mjs'], { cwd: project })).stdout);

const program = async (tool, decorators) => {
  const out = `${tool}-${decorators}`;
  return builds.find((one) => one.tool === tool && one.decorators === decorators).build(project, out);
};
const compiled = {
  'tsc, legacy': await program('tsc', 'legacy'),
  'tsc, standard': await program('tsc', 'standard'),
  'swc, standard': await program('swc', 'standard'),
  'esbuild, standard': await program('esbuild', 'standard'),
  'babel, standard': await program('babel', 'standard'),
  'no decorators': 'story/no-decorators.mjs',
};
const direct = {
  '`.ts`, legacy': await sources(project, 'source-legacy', 'legacy', { accessors: false }),
  '`.ts`, standard': await sources(project, 'source-standard', 'standard'),
};

/** A case in which a program prints what it should. */
function prints({ name, bin, args }, column, { file, cwd = project, env = {}, flags = [] }, check, more = {}) {
  return { row: name, column, check: async () => check(await run(bin, [...flags, ...args(file)], { cwd, env })), ...more };
}

const story = (said) => same(said, expected);
const says = (text) => (said) => same(said, text);
const decoratorsInSource = { refused: /SyntaxError/, note: 'Node runs TypeScript without decorators only' };
const noTypes = { refused: /Unknown file extension/, note: 'Node reads TypeScript from 22.18 on' };

const cases = runtimes.flatMap((runtime) => {
  const { node } = runtime;
  const quiet = node === 22 ? ['--disable-warning=ExperimentalWarning'] : [];
  return [
    ...Object.entries(compiled).map(([column, file]) => prints(runtime, column, { file }, story)),
    prints(runtime, '`.ts`, no decorators', { file: 'story/no-decorators.ts', flags: quiet }, story, node === 20 ? noTypes : {}),
    ...Object.entries(direct).map(([column, file]) => {
      const at = { file: file.slice(dirname(file).length + 1), cwd: `${project}/${dirname(file)}`, flags: quiet };
      return prints(runtime, column, at, story, node === undefined ? {} : node === 20 ? noTypes : decoratorsInSource);
    }),
    prints(runtime, 'memory stays flat', { file: 'story/memory.mjs', flags: node ? ['--expose-gc'] : [] }, ({ stdout, stderr }) => {
      if (stderr !== '' || stdout !== 'flat\n') throw new Error(stdout + stderr);
    }),
    prints(runtime, 'local platform', { file: 'story/local.mjs', cwd: withPlatform }, says(['Airports', 'All of them', 1, true])),
  ];
});

const tally = new Tally('runtimes');
await tally.run(cases);
await tally.end();
for (const folder of [project, withPlatform]) await rm(folder, { recursive: true, force: true });
