import { access, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { expect } from 'chai';
import { root } from '../support/consumer.js';
import { pageNames, readPage } from './support/blocks.js';

/** A page without its blocks, in which links and headings are code. */
const prose = (text: string): string => text.replace(/^```[\s\S]*?^```$/gm, '');

/** The anchors of a page, named as GitHub names headings. */
function anchorsOf(text: string): string[] {
  return [...prose(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** The links of a page to other files, and to its own headings. */
function linksOf(text: string): string[] {
  const links = [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => !/^(https?|mailto):/.test(link));
}

describe('the links of the pages', () => {
  it('lead to files and headings that are there', async () => {
    const broken: string[] = [];
    for (const page of [...(await pageNames()), 'CONTRIBUTING.md', 'CHANGELOG.md', 'examples/README.md']) {
      for (const link of linksOf(await readPage(page))) {
        const [path = '', anchor] = link.split('#');
        const file = path === '' ? page : posix.join(posix.dirname(page), path);
        const exists = await access(join(root, file)).then(
          () => true,
          () => false,
        );
        const found = exists && (anchor === undefined || anchorsOf(await readFile(join(root, file), 'utf8')).includes(anchor));
        if (!found) broken.push(`${page}: ${link}`);
      }
    }
    expect(broken).to.deep.equal([]);
  });

  it('lead to what is in the package, from the pages that are in it', async () => {
    const { files } = JSON.parse(await readPage('package.json')) as { files: string[] };
    const packed = ['README.md', 'LICENSE', ...files];
    const outside: string[] = [];
    for (const page of await pageNames()) {
      for (const link of linksOf(await readPage(page))) {
        const file = posix.join(posix.dirname(page), link.split('#')[0] ?? '');
        if (!link.startsWith('#') && !packed.some((each) => file === each || file.startsWith(`${each}/`))) outside.push(`${page}: ${link}`);
      }
    }
    expect(outside).to.deep.equal([]);
  });

  it('lead from docs/index.md to every other page of docs/', async () => {
    const links = linksOf(await readPage('docs/index.md'));
    const pages = (await pageNames()).filter((page) => page.startsWith('docs/') && page !== 'docs/index.md');
    expect(pages.filter((page) => !links.includes(posix.basename(page)))).to.deep.equal([]);
  });
});
