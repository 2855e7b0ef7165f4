import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const root = fileURLToPath(new URL('../../../', import.meta.url));
export const here = join(root, 'test', 'compatibility');

/** Loads one of the tools that are compared. */
export const requireTool = createRequire(join(here, 'package.json'));
const tools = join(here, 'node_modules');

/** A program that is started with a project as its folder; rejects with what it said. */
export async function run(command, args, { cwd, env = {}, timeout = 300_000 }) {
  const clean = { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1', FORCE_COLOR: '0', ...env };
  return promisify(execFile)(command, args, { cwd, env: clean, timeout, maxBuffer: 1 << 26 }).catch((error) => {
    throw new Error([error.stderr, error.stdout].filter(Boolean).join('\n') || error.message);
  });
}

/**
 * A project with the packed package and what it depends on, without its optional packages: as an installation leaves it. The story is in its
 * folder `story`.
 *
 * @param options `optional`: whether the optional packages are installed too. Default: false.
 */
export async function makeProject({ optional = false } = {}) {
  const project = await mkdtemp(join(tmpdir(), 'compatibility-'));
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', project], { cwd: root });
  const [{ filename }] = JSON.parse(stdout);
  const target = join(project, 'node_modules', 'remote-record');
  await mkdir(target, { recursive: true });
  await run('tar', ['-xzf', join(project, filename), '--strip-components=1', '-C', target], { cwd: project });
  const { dependencies, peerDependencies } = JSON.parse(await readFile(join(target, 'package.json'), 'utf8'));
  for (const name of Object.keys({ ...dependencies, ...(optional && peerDependencies) }))
    await link(project, name, join(root, 'node_modules', name));
  await link(project, 'vitest', join(tools, 'vitest'));
  await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'consumer', type: 'module', private: true }));
  await cp(join(here, 'story'), join(project, 'story'), { recursive: true });
  return project;
}

/** Links a package into the `node_modules` of a folder. */
export async function link(project, name, target) {
  const path = join(project, 'node_modules', name);
  await mkdir(dirname(path), { recursive: true });
  await symlink(target, path);
}
