import type { Client } from './http/client.js';
import type { ClientOptions } from './http/options.js';
import { checkTransform } from './model/fields/instances.js';
import { systemClock } from './model/ports/clock.js';
import type { Environment } from './model/ports/environment.js';
import type { TransformOptions } from './model/ports/transform-options.js';
import { emitWarning } from './model/support/process.js';

/** Options of a connection, and what its records show. Durations are in seconds. */
export interface ConnectionOptions extends ClientOptions, TransformOptions {}

/** What a front door provides besides the client. */
type Services = Pick<Environment, 'waiter'> & Partial<Environment>;

/** The environment of a connection's records. @throws ConfigurationError for an invalid option. */
export function environmentOf(client: Client, options: ConnectionOptions, services: Services): Environment {
  return {
    baseUrl: options.baseUrl,
    isOwn: (url) => client.isOwn(url),
    transport: client,
    clock: systemClock,
    transform: checkTransform(options),
    idempotency: options.idempotency ?? false,
    warn: (message) => emitWarning(message, 'RemoteRecordWarning'),
    ...services,
  };
}
