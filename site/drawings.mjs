import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import http from 'node:http';
import { extname, join } from 'node:path';

const types = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css' };

/** The pages of a built site with a drawing that the browser cannot draw. Without Chromium (`CHROMIUM`), nothing is checked. */
export async function checkDrawings(folder, base) {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  const pages = [];
  for (const file of (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.html')))
    if ((await readFile(join(folder, file), 'utf8')).includes('class="drawing"')) pages.push(file);
  if (pages.length === 0 || !existsSync(executablePath)) return [];

  const { chromium } = await import('playwright-core');
  const server = http.createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://site.test').pathname).slice(base.length);
    readFile(join(folder, path)).then(
      (content) => response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' }).end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const wrong = [];
  try {
    for (const page of pages) {
      const tab = await browser.newPage();
      await tab.goto(`http://127.0.0.1:${server.address().port}${base}${page}`, { timeout: 0 });
      const drawn = await tab
        .waitForFunction(() => [...document.querySelectorAll('.drawing')].every((each) => each.querySelector('svg')), undefined, {
          timeout: 60_000,
        })
        .catch(() => undefined);
      if (!drawn) wrong.push(page);
      await tab.close();
    }
  } finally {
    await browser.close();
    server.close();
  }
  return wrong;
}
