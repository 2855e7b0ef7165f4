import { exampleApi } from './example.js';
import { scribe } from './scribe.js';

/** Handles the requests to a host, in one block's run. */
export type Api = (request: Request) => Response | Promise<Response>;

/** The servers that stand for `https://<host>`; each block has one of its own. */
export const apis: Record<string, () => Api> = {
  'api.example.test': exampleApi,
  'scribe.example.test': scribe,
};
