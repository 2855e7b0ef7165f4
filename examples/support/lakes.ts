import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const lakes = ['Baikal', 'Tanganyika', 'Superior', 'Vostok', 'Malawi', 'Michigan', 'Huron'].map((name, at) => ({ id: `lake${at}`, name }));

/** What a list answers: the lakes of a page, and where the next ones are, in the way of that API. */
interface Answer {
  body: unknown;
  link?: string;
}

/** One list in seven kinds of pages, by the path below `/v1/`. `next` is where the next page begins; null at the end. */
const lists: Readonly<Record<string, (query: URLSearchParams, path: string) => Answer>> = {
  'by-page'(query) {
    const { results } = slice((Number(query.get('page')) - 1) * 3);
    return { body: { results, total: lakes.length } };
  },
  'by-offset'(query) {
    const { results } = slice(Number(query.get('offset')));
    return { body: { results, total: lakes.length } };
  },
  'by-cursor'(query) {
    const { results, next } = slice(Number(atob(query.get('cursor') ?? btoa('0'))));
    return { body: { results, nextCursor: next === null ? null : btoa(String(next)) } };
  },
  'by-last-id'(query) {
    const { results, next } = slice(lakes.findIndex(({ id }) => id === query.get('starting_after')) + 1);
    return { body: { data: results, has_more: next !== null } };
  },
  'by-link'(query, path) {
    const { results, next } = slice(Number(query.get('from') ?? 0));
    return { body: results, ...(next !== null && { link: `<${path}?from=${next}>; rel="next"` }) };
  },
  'by-url'(query, path) {
    const { results, next } = slice(Number(query.get('from') ?? 0));
    return { body: { results, next: next === null ? null : `${path}?from=${next}` } };
  },
  'by-letter'(query) {
    const letter = query.get('letter') ?? 'a';
    const { results, next } = slice((letter.charCodeAt(0) - 97) * 3);
    return { body: { results, more: next !== null } };
  },
};

function slice(from: number): { results: object[]; next: number | null } {
  return { results: lakes.slice(from, from + 3), next: from + 3 < lakes.length ? from + 3 : null };
}

/** A small API that lists seven lakes, three at a time, in pages of every kind. */
export async function openLakes(): Promise<{ url: string; log: string[]; close(): Promise<void> }> {
  const log: string[] = [];
  const server = createServer((request, response) => {
    const { pathname, search, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    log.push(`${pathname}${search}`);
    const { body, link } = lists[pathname.split('/')[2] ?? '']?.(searchParams, pathname) ?? { body: { message: 'no such list' } };
    response.writeHead(200, { 'content-type': 'application/json', ...(link !== undefined && { link }) }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    log,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
