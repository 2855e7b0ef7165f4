import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Book {
  isbn: string;
  title: string;
  price: number;
  tags: string[];
  added_at: string;
}

/** A small REST API as many have it: `GET /v1/books?page=&per_page=&tag=`, `POST`, `PATCH`, `DELETE`, errors under `errors`. */
export async function openBookshop(): Promise<{ url: string; log: string[]; close(): Promise<void> }> {
  const books = new Map<string, Book>();
  const log: string[] = [];
  const add = (title: string, price: number, tags: string[]): Book => {
    const isbn = `978-${String(books.size + 1).padStart(4, '0')}`;
    const book = { isbn, title, price, tags, added_at: new Date(Date.UTC(2024, 0, books.size + 1)).toISOString() };
    books.set(isbn, book);
    return book;
  };
  for (const [index, title] of ['Ulysses', 'Emma', 'Dracula', 'Persuasion', 'Kim', 'Ivanhoe', 'Middlemarch'].entries()) {
    add(title, 10 + index, index % 2 === 0 ? ['classic', 'long'] : ['classic']);
  }

  const answer = (method: string, url: URL, body: Partial<Book>): [number, unknown] => {
    const isbn = decodeURIComponent(url.pathname.split('/')[3] ?? '');
    const book = books.get(isbn);
    if (isbn !== '' && !book) return [404, { errors: [{ title: `There is no book ${isbn}`, code: 'no_such_book' }] }];
    if (body.price !== undefined && body.price <= 0)
      return [422, { errors: [{ title: 'must be more than 0', source: 'price', code: 'invalid' }] }];
    if (method === 'POST') return [201, add(body.title ?? 'Untitled', body.price ?? 0, body.tags ?? [])];
    if (book && method === 'PATCH') return [200, Object.assign(book, body)];
    if (book && method === 'DELETE') return [books.delete(isbn) ? 204 : 404, undefined];
    if (book) return [200, book];
    const number = Number(url.searchParams.get('page') ?? 1);
    const size = Number(url.searchParams.get('per_page') ?? 30);
    const tag = url.searchParams.get('tag');
    const all = [...books.values()].filter(({ tags }) => tag === null || tags.includes(tag));
    return [200, { data: all.slice((number - 1) * size, number * size), meta: { total: all.length } }];
  };

  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    log.push(`${request.method} ${request.url}${text === '' ? '' : ` ${text}`}`);
    const [status, body] = answer(
      request.method ?? 'GET',
      new URL(request.url ?? '/', 'http://localhost'),
      text === '' ? {} : JSON.parse(text),
    );
    response.writeHead(status, { 'content-type': 'application/json' }).end(body === undefined ? undefined : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    log,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
