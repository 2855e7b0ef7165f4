import { Connection } from '../../../src/index.js';

/** A connection that loses the response to whatever is sent. */
export function refusingConnection(): Connection {
  return new Connection({
    baseUrl: 'https://platform.test',
    maxRetries: 0,
    fetch: async () => {
      throw Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) });
    },
  });
}
