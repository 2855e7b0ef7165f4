import { ConfigurationError } from '../../model/errors/index.js';
import { Client } from '../client.js';
import type { ClientOptions } from '../options.js';
import type { ClientDependencies } from '../settings.js';

/** The transport of a connection in a browser. */
export class BrowserClient extends Client {
  /**
   * @param dependencies For tests.
   * @throws ConfigurationError or ValidationError when an option is missing or invalid, or the page lacks what the transport needs.
   */
  constructor(options: ClientOptions, dependencies: ClientDependencies = {}) {
    requireGlobals(options);
    super(async () => (await import('./runtime.js')).browserRuntime, options, dependencies);
  }
}

/** @throws ConfigurationError where the page is a simulated one, such as jsdom's, that lacks what every browser has. */
function requireGlobals({ fetch }: ClientOptions): void {
  const needed = [...(fetch ? [] : ['fetch']), 'TextDecoder', 'TextEncoder', 'ReadableStream'];
  const missing = needed.filter((name) => !(name in globalThis));
  if (missing.length === 0) return;
  throw new ConfigurationError(
    `The page has no ${missing.join(', ')}. In jest's jsdom, set testEnvironment to an environment that hands on those of Node (docs/browser.md).`,
  );
}
