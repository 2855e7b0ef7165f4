import { readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';

const read = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));

/** Where and with what the figures were measured. */
export function machine() {
  const [{ model } = { model: 'unknown' }] = cpus();
  const { dependencies } = read('../package.json');
  const versions = Object.keys(dependencies).map((name) => [name, read(`../node_modules/${name}/package.json`).version]);
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    cores: cpus().length,
    cpu: model.trim(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    load: Number(loadavg()[0].toFixed(1)),
    'remote-record': read('../../package.json').version,
    versions: Object.fromEntries(versions),
  };
}
