/** Installs what the suites of this folder run, unless it is installed already. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const lock = readFileSync(`${here}package-lock.json`, 'utf8');
const stamp = `${here}node_modules/.installed-lock.json`;

function installed() {
  try {
    return readFileSync(stamp, 'utf8');
  } catch {
    return undefined;
  }
}

if (installed() !== lock) {
  // The packages ship their programs; what their scripts download is not needed.
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--prefix', here], { stdio: 'inherit' });
  writeFileSync(stamp, lock);
}
