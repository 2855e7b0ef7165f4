import { Client } from '../client.js';
import type { ClientOptions } from '../options.js';
import type { ClientDependencies } from '../settings.js';
import { browserRuntime } from './runtime.js';

/** The transport of a connection in a browser. */
export class BrowserClient extends Client {
  /**
   * @param dependencies For tests.
   * @throws ConfigurationError or ValidationError when an option is missing or invalid.
   */
  constructor(options: ClientOptions, dependencies: ClientDependencies = {}) {
    super(browserRuntime, options, dependencies);
  }
}
