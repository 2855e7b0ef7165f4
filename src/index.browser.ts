import { type ConnectionOptions, environmentOf } from './connection.js';
import { BrowserClient } from './http/browser/client.js';
import type { Client } from './http/client.js';
import { BaseConnection } from './model/connection.js';
import { LazyWaiter } from './polling/lazy-waiter.js';

export * from './front.js';

/** A connection to a platform with one account. `bind(Class)` gives the classes that belong to it. */
export class Connection extends BaseConnection {
  /** Sends requests and transfers files. */
  readonly client: Client;

  /** @throws ConfigurationError or ValidationError for an option that is missing or invalid. */
  constructor(options: ConnectionOptions) {
    const client = new BrowserClient(options);
    super(environmentOf(client, options, { waiter: new LazyWaiter(options.limits?.concurrency) }));
    this.client = client;
  }
}
