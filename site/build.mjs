/**
 * Builds the site: the pages of docs/, the examples, and the reference of every entry point from the doc comments of src/.
 *
 *   npm run docs                       writes site/build/site
 *   npm run docs -- --base /manual/    for a server that has it below /manual/
 *
 * Comments that are missing, references that lead nowhere and broken links are errors.
 */
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'vitepress';
import { checkDrawings } from './drawings.mjs';
import { checkLinks } from './links.mjs';
import { writeReference } from './reference.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = fileURLToPath(new URL('build', import.meta.url));
const pages = join(target, 'pages');
const { values } = parseArgs({ options: { base: { type: 'string', default: '/' } } });
const base = `/${values.base}/`.replace(/\/+/g, '/');

await rm(target, { recursive: true, force: true });
await mkdir(pages, { recursive: true });
for (const name of ['docs', 'README.md', 'CHANGELOG.md', 'CONTRIBUTING.md'])
  await cp(join(root, name), join(pages, name), { recursive: true });
await cp(join(root, 'LICENSE'), join(pages, 'LICENSE.md'));
await cp(fileURLToPath(new URL('home.md', import.meta.url)), join(pages, 'index.md'));
await cp(
  fileURLToPath(new URL('node_modules/mermaid/dist/mermaid.esm.min.mjs', import.meta.url)),
  join(pages, 'public/mermaid/mermaid.mjs'),
);
await cp(
  fileURLToPath(new URL('node_modules/mermaid/dist/chunks/mermaid.esm.min', import.meta.url)),
  join(pages, 'public/mermaid/chunks/mermaid.esm.min'),
  {
    recursive: true,
    filter: (source) => !source.endsWith('.map'),
  },
);
await writeExamples();
await writeReference(root, join(pages, 'reference'));
await build(fileURLToPath(new URL('.', import.meta.url)), { base });

const broken = await checkLinks(join(target, 'site'), base);
for (const link of broken) console.error(link);
if (broken.length > 0) throw new Error(`${broken.length} links lead nowhere.`);

const undrawn = await checkDrawings(join(target, 'site'), base);
if (undrawn.length > 0) throw new Error(`These drawings cannot be drawn: ${undrawn.join(', ')}.`);

/** Each example as a page, under its name, so that the links of the documents to `examples/…ts` lead to it. */
async function writeExamples() {
  const folder = join(root, 'examples');
  for (const name of await readdir(folder, { recursive: true })) {
    const page = join(pages, 'examples', name.replace(/\.ts$/, '.md'));
    await mkdir(dirname(page), { recursive: true });
    if (name === 'README.md') await cp(join(folder, name), page);
    if (!name.endsWith('.ts')) continue;
    const title = basename(name, '.ts').replace(/^\d+-/, '').replaceAll('-', ' ');
    const code = await readFile(join(folder, name), 'utf8');
    await writeFile(page, `# Example: ${title}\n\n\`examples/${name}\`\n\n\`\`\`ts\n${code}\`\`\`\n`);
  }
}
