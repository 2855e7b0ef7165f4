import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { here } from './project.mjs';

const installed = (...path) => join(here, 'node_modules', ...path);

function node(major) {
  return { name: `Node ${major}`, bin: installed(`node${major}`, 'bin', 'node'), args: (file) => [file], node: major };
}

/** The runtimes that are installed here: their packages are those of one platform. */
export const runtimes = [
  node(20),
  node(22),
  node(24),
  node(26),
  { name: 'Bun', bin: installed('@oven', 'bun-linux-x64', 'bin', 'bun'), args: (file) => ['run', file] },
  {
    name: 'Deno',
    bin: installed('@deno', 'linux-x64-glibc', 'deno'),
    args: (file) => [
      'run',
      '--v8-flags=--expose-gc',
      '--quiet',
      '--no-prompt',
      '--allow-all',
      '--node-modules-dir=manual',
      '--no-remote',
      file,
    ],
  },
].filter(({ bin }) => existsSync(bin));
