import type { Asked } from './example.js';

/** The operations that are not those of a collection; undefined for all others. */
export function special({ method, collection }: Asked): Response | undefined {
  switch (`${method} ${collection}`) {
    case 'GET health':
      return Response.json({ state: 'up' });
    case 'GET readme.txt':
      return new Response('Read me.');
    case 'GET report.pdf':
      return new Response(new Uint8Array(2048), { headers: { 'content-type': 'application/pdf' } });
    case 'GET log':
      return new Response('one line\n'.repeat(100));
    default:
      return undefined;
  }
}
