/**
 * Compiles `src` to `dist` and bundles it: `npm run build`. With `--if-changed` it does so only where what `dist` is made of has changed
 * since: `npm test` follows `npm ci`, which has built it.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('.', import.meta.url));
/** What the last build that ended was made of. It is not part of the package. */
const stamp = join(root, 'dist', '.made-of');

async function fingerprint() {
  const hash = createHash('sha256');
  const sources = (await readdir(join(root, 'src'), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
  const settings = ['build.mjs', 'bundle.mjs', 'tsconfig.json', 'tsconfig.build.json', 'package.json', 'package-lock.json'];
  for (const file of [...settings.map((name) => join(root, name)), ...sources]) hash.update(`\0${file}\0`).update(await readFile(file));
  return hash.digest('hex');
}

const made = await fingerprint();
if (!process.argv.includes('--if-changed') || made !== (await readFile(stamp, 'utf8').catch(() => ''))) {
  await rm(join(root, 'dist'), { recursive: true, force: true });
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  await import('./bundle.mjs');
  await writeFile(stamp, made);
}
