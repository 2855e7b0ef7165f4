import { readdir, readFile } from 'node:fs/promises';
import { join, posix, relative, sep } from 'node:path';

/**
 * The links of a built site that lead nowhere: to a page or a file that is not there, or to an anchor that its page does not have.
 * Those to other sites are not followed.
 */
export async function checkLinks(folder, base) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = new Set(
    entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/')),
  );
  const pages = await Promise.all(
    [...files]
      .filter((file) => file.endsWith('.html'))
      .map(async (file) => {
        const html = await readFile(join(folder, file), 'utf8');
        const ids = new Set([...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => decode(id)));
        const links = [...html.matchAll(/<(?:a|img|link)\s[^>]*?(?:href|src)="([^"]*)"/g)].map(([, link]) => decode(link));
        return { file, ids, links };
      }),
  );
  const idsOf = new Map(pages.map(({ file, ids }) => [file, ids]));

  const leadsSomewhere = (from, link) => {
    if (/^(https?:|mailto:|data:)/.test(link)) return true;
    const [path = '', hash = ''] = link.split('#');
    if (path.startsWith('/') && !path.startsWith(base)) return false;
    const plain = decodeURIComponent(path.split('?')[0]);
    const resolved = plain === '' ? from : plain.startsWith(base) ? plain.slice(base.length) : posix.join(posix.dirname(from), plain);
    const file = [resolved, posix.join(resolved, 'index.html'), `${resolved}.html`].find((each) => files.has(each));
    if (file === undefined) return false;
    return hash === '' || !file.endsWith('.html') || (idsOf.get(file)?.has(decodeURIComponent(hash)) ?? false);
  };
  return pages
    .filter(({ file }) => file !== '404.html')
    .flatMap(({ file, links }) => [...new Set(links)].filter((link) => !leadsSomewhere(file, link)).map((link) => `${file}: ${link}`));
}

const decode = (text) =>
  text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
