import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The repository. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

interface Manifest {
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
}

/**
 * An empty project with the packed package and what it depends on, as an installation would leave it.
 *
 * @param bare Without the optional packages and without Node's types.
 * @param linked Packages of the repository that it has besides.
 */
export async function installPackage({ bare = false, linked = [] }: { bare?: boolean; linked?: readonly string[] } = {}): Promise<string> {
  const project = await mkdtemp(join(tmpdir(), 'consumer-'));
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', project], { cwd: root });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  const target = join(project, 'node_modules', 'remote-record');
  await mkdir(target, { recursive: true });
  await run('tar', ['-xzf', join(project, filename), '--strip-components=1', '-C', target]);
  const { dependencies, peerDependencies } = JSON.parse(await readFile(join(target, 'package.json'), 'utf8')) as Manifest;
  const more = bare ? [] : [...Object.keys(peerDependencies), '@types/node', 'undici-types'];
  for (const name of [...Object.keys(dependencies), ...more, ...linked]) {
    const link = join(project, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(root, 'node_modules', name), link);
  }
  await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'consumer', type: 'module', private: true }));
  return project;
}

/** Compiles files of a project in strict mode, declarations of packages included. Its errors are the error's message. */
export async function compile(project: string, name: string, files: readonly string[], options: object = {}): Promise<void> {
  const compilerOptions = {
    target: 'ES2022',
    module: 'NodeNext',
    lib: ['ES2023', 'DOM'],
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    experimentalDecorators: true,
    outDir: name,
    ...options,
  };
  await writeFile(join(project, `${name}.json`), JSON.stringify({ compilerOptions, files }));
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  await run(process.execPath, [compiler, '-p', `${name}.json`], { cwd: project }).catch((error: { stdout: string }) => {
    throw new Error(error.stdout);
  });
}

/** Runs a file of a project and resolves to what it prints. */
export async function runFile(project: string, file: string, env: Record<string, string> = {}): Promise<string> {
  return (await run(process.execPath, [file], { cwd: project, env: { ...process.env, ...env } })).stdout;
}
