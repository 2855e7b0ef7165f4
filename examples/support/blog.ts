import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

type Row = Record<string, unknown>;

/** A small REST API: `GET /posts/p1`, `GET /posts?ids=p1,p2`, `GET /comments?postId=p1`, `PATCH /comments/c1`. */
export async function openBlog(): Promise<{ url: string; log: string[]; close(): Promise<void> }> {
  const log: string[] = [];
  const texts = ['First!', 'I have seen this.', 'Is there more?', 'Thank you.', 'Typo in line 3.', 'Again.'];
  const tables: Record<string, Row[]> = {
    users: ['Ada', 'Bo', 'Cy'].map((name, at) => ({ id: `u${at}`, name })),
    posts: ['Pages', 'Hooks', 'Relations'].map((title, at) => ({ id: `p${at}`, title, authorId: `u${at % 2}` })),
    comments: texts.map((text, at) => ({ id: `c${at}`, text, postId: `p${at % 3}`, readerId: at % 2 ? 'u2' : null })),
  };

  const answer = (method: string, url: URL, body: Row): [number, unknown] => {
    const [, table = '', id] = url.pathname.split('/');
    const rows = tables[table] ?? [];
    const row = rows.find((each) => each.id === id);
    if (id !== undefined && !row) return [404, { message: `There is no ${table} ${id}.` }];
    if (row) return [200, method === 'PATCH' ? Object.assign(row, body) : row];
    const ids = url.searchParams.get('ids')?.split(',');
    const postId = url.searchParams.get('postId');
    const found = rows.filter((each) => (!ids || ids.includes(String(each.id))) && (postId === null || each.postId === postId));
    return [200, { results: found, total: found.length }];
  };

  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    log.push(`${request.method} ${decodeURIComponent(request.url ?? '')}${text === '' ? '' : ` ${text}`}`);
    const [status, body] = answer(request.method ?? 'GET', new URL(request.url ?? '/', 'http://localhost'), JSON.parse(text || '{}'));
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    log,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
