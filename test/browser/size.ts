// Says how large the package is in a browser, minified by esbuild and compressed with gzip: `npm run size`, after `npm run build`.
import { bundle, entries } from '../support/bundle.js';

for (const [name, code] of Object.entries(entries)) {
  const { first, later } = await bundle(code);
  console.log(`${name}: ${kilobytes(first)} at first, ${kilobytes(later)} when needed`);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
