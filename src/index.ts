import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { type ConnectionOptions, environmentOf } from './connection.js';
import type { Client } from './http/client.js';
import { NodeClient } from './http/node/client.js';
import { logFromEnvironment } from './http/node/log.js';
import { BaseConnection } from './model/connection.js';
import { LazyWaiter } from './polling/lazy-waiter.js';

export * from './front.js';

/** The operations that the current call is made in. Shared by all connections, because a record may be used through any of them. */
const operations = new AsyncLocalStorage<unknown>();

/** A connection to a platform with one account. `bind(Class)` gives the classes that belong to it. */
export class Connection extends BaseConnection {
  /** Sends requests and transfers files. */
  readonly client: Client;

  /** @throws ConfigurationError or ValidationError for an option that is missing or invalid. */
  constructor(options: ConnectionOptions) {
    const client = new NodeClient(options);
    const services = {
      waiter: new LazyWaiter(options.limits?.concurrency, () => new AsyncResource('Wait')),
      progressBar: async (subject: string) => (await import('./polling/progress-bar.js')).progressBar(subject),
      checkProgressBar: async () => (await import('./polling/progress-bar.js')).checkProgressBar(),
      asyncContext: { run: <T>(value: unknown, task: () => T) => operations.run(value, task), get: () => operations.getStore() },
    };
    super(environmentOf(client, options, services));
    this.client = client;
    logFromEnvironment(this);
  }
}
