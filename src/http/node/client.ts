import { Client } from '../client.js';
import type { ClientOptions } from '../options.js';
import type { ClientDependencies } from '../settings.js';

/** The transport of a connection in Node. */
export class NodeClient extends Client {
  /**
   * @param dependencies For tests.
   * @throws ConfigurationError or ValidationError when an option is missing or invalid.
   */
  constructor(options: ClientOptions, dependencies: ClientDependencies = {}) {
    super(async () => (await import('./runtime.js')).nodeRuntime, options, dependencies);
  }
}
