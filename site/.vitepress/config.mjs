import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';

const pages = fileURLToPath(new URL('../build/pages', import.meta.url));

export default defineConfig({
  title: 'RemoteRecord',
  description: 'Active-record objects over REST AI platforms, in TypeScript and JavaScript.',
  srcDir: 'build/pages',
  outDir: 'build/site',
  cacheDir: 'build/cache',
  // What is written for the repository leads to its files; links.mjs checks what became of them.
  ignoreDeadLinks: true,
  head: [['meta', { name: 'color-scheme', content: 'light dark' }]],
  themeConfig: {
    nav: [
      { text: 'Guides', link: '/docs/' },
      { text: 'Reference', link: '/reference/' },
      { text: 'Changes', link: '/CHANGELOG' },
    ],
    sidebar: { '/reference/': reference(), '/': guides() },
    search: {
      provider: 'local',
      options: {
        // Of the reference, names and what is said about them: its tables and signatures are not searched.
        _render: (source, env, md) =>
          md.render(env.relativePath.startsWith('reference/') ? source.replace(/^[|>].*$|^```[\s\S]*?^```$/gm, '') : source, env),
      },
    },
    outline: [2, 3],
  },
  markdown: {
    // As GitHub names headings, so that links work in both.
    anchor: { slugify },
    config(md) {
      const fence = md.renderer.rules.fence;
      md.renderer.rules.fence = (tokens, index, ...rest) => {
        const { info, content } = tokens[index];
        return info.trim() === 'mermaid' ? `<Drawing code="${encodeURIComponent(content)}" />` : fence(tokens, index, ...rest);
      };
      // The pages are Markdown, not templates: two braces are text.
      for (const rule of ['text', 'code_inline']) {
        const render = md.renderer.rules[rule];
        md.renderer.rules[rule] = (...args) => render(...args).replaceAll('{{', '&#123;&#123;');
      }
      // A page's link to the source of an example leads to the page that shows it.
      const link = md.renderer.rules.link_open ?? ((tokens, index, options, _env, self) => self.renderToken(tokens, index, options));
      md.renderer.rules.link_open = (tokens, index, ...rest) => {
        const token = tokens[index];
        const href = token.attrGet('href') ?? '';
        if (/(^|\/)examples\/[^/]+\.ts$/.test(href)) token.attrSet('href', href.replace(/\.ts$/, '.md'));
        return link(tokens, index, ...rest);
      };
    },
  },
  vite: {
    logLevel: 'warn',
    build: { chunkSizeWarningLimit: 20_000 },
  },
});

/** The guides as docs/index.md groups them: a group for each heading of the second level, with the links of its list. */
function guides() {
  const groups = [];
  for (const line of readFileSync(`${pages}/docs/index.md`, 'utf8').split('\n')) {
    const heading = /^## (.+)$/.exec(line)?.[1];
    const [, text, link] = /^[-|] ?\[([^\]]+)\]\(([^)#]+)\)/.exec(line) ?? [];
    if (heading) groups.push({ text: heading, items: [] });
    else if (text && link && !link.startsWith('http')) {
      const path = new URL(link.replace(/\.(md|ts)$/, ''), 'https://site.test/docs/').pathname;
      groups.at(-1)?.items.push({ text, link: path });
    }
  }
  return groups.filter(({ items }) => items.length > 0);
}

/** The reference: a group for each entry point, in it one for each kind of symbol. */
function reference() {
  const folder = `${pages}/reference`;
  const order = ['remote-record', 'moderately', 'aixplain', 'local', 'undici', 'vendor'];
  const titles = { classes: 'Classes', functions: 'Functions', interfaces: 'Interfaces', 'type-aliases': 'Types', variables: 'Values' };
  return order.map((module) => ({
    text: module === 'remote-record' ? module : `remote-record/${module}`,
    link: `/reference/${module}/`,
    collapsed: true,
    items: readdirSync(`${folder}/${module}`, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name: kind }) => ({
        text: titles[kind] ?? kind,
        collapsed: true,
        items: readdirSync(`${folder}/${module}/${kind}`)
          .map((file) => file.replace(/\.md$/, ''))
          .sort()
          .map((name) => ({ text: name, link: `/reference/${module}/${kind}/${name}` })),
      })),
  }));
}

function slugify(heading) {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
    .replaceAll(' ', '-');
}
