import { ConfigurationError } from '../model/errors/index.js';
import type { TransformOptions } from '../model/ports/transform-options.js';
import { hasMembers } from '../model/support/has-members.js';
import { namesOf, unknownNames } from '../model/support/names.js';
import type { BodyLimits } from './body-limits.js';
import type { Limits } from './limits.js';
import type { ClientOptions } from './options.js';
import type { RetryOptions } from './retry-options.js';

/** The options of every connection. */
export const connectionOptionNames = namesOf<ClientOptions & TransformOptions>({
  baseUrl: true,
  apiKey: true,
  credentials: true,
  headers: true,
  query: true,
  fetch: true,
  transport: true,
  timeout: true,
  maxRetries: true,
  retry: true,
  origins: true,
  limits: true,
  idleTimeout: true,
  connectTimeout: true,
  userAgent: true,
  idempotency: true,
  groups: true,
  version: true,
});

const retryNames = namesOf<RetryOptions>({
  statuses: true,
  methods: true,
  baseDelay: true,
  factor: true,
  maxDelay: true,
  deadline: true,
});

const limitNames = namesOf<Limits & BodyLimits>({
  concurrency: true,
  perSecond: true,
  jsonBytes: true,
  unpackedBytes: true,
  unpackingRatio: true,
  nesting: true,
  errorBytes: true,
});

/**
 * Refuses options of a connection that nobody reads, those in `retry` and `limits` too.
 *
 * @param known Those of the connection, which may have more than these.
 * @throws ConfigurationError that names each of them and the nearest known one, without their values.
 */
export function checkConnectionOptions(options: object, known: readonly string[] = connectionOptionNames): void {
  const { retry, limits } = object('The options', options) as { retry?: unknown; limits?: unknown };
  const problems = [...unknownNames(options, known), ...within('retry', retry, retryNames), ...within('limits', limits, limitNames)].map(
    ({ field, message }) => `${field} ${message}`,
  );
  if (problems.length > 0) throw new ConfigurationError(`The connection cannot be made: ${problems.join('; ')}.`);
}

function within(name: string, value: unknown, known: readonly string[]): { field: string; message: string }[] {
  if (value === undefined) return [];
  return unknownNames(object(name, value), known).map(({ field, message }) => ({ field: `${name}.${field}`, message }));
}

function object(name: string, value: unknown): object {
  if (hasMembers(value)) return value;
  throw new ConfigurationError(`${name} must be an object (got ${value === null ? 'null' : typeof value}).`);
}
