import type { Asked } from './example.js';

/** The operations that are not those of a collection; undefined for all others. */
export async function special({ method, collection }: Asked): Promise<Response | undefined> {
  switch (`${method} ${collection}`) {
    case 'GET health':
      return Response.json({ state: 'up' });
    default:
      return undefined;
  }
}
