import { ConfigurationError } from '../../model/errors/index.js';

/** The limits of requests, and of what is kept of them. */
export interface RequestLimits {
  /** Bytes of a JSON or form body. A longer one is a 413. Nothing is read of a request without a valid key. Default: 64 MiB. */
  bodyBytes?: number;
  /** Bytes of an upload to a presigned URL. A longer one is a 413. Default: 5 GiB, that of a single PUT to S3. */
  uploadBytes?: number;
  /** Levels of objects and lists inside each other in a JSON body, at most 1,000. More are a 400. Default: 500. */
  nesting?: number;
  /** Characters of a URL, at most 1 MiB. A longer one is a 414. Default: 65,536. */
  urlLength?: number;
  /** Bytes of requests that `platform.requests` keeps; the oldest are dropped first. Default: 16 MiB. */
  requestLogBytes?: number;
  /**
   * How many executions of one team may wait or run at a time, where the database is PostgreSQL. A request for one more is a 429; servers
   * that count at the same time may let a few more in. Default: 10,000.
   */
  teamExecutions?: number;
  /** Bytes of the responses kept for requests that repeat an `Idempotency-Key`; the oldest are dropped first. Default: 64 MiB. */
  idempotencyBytes?: number;
}

const mebibyte = 1024 * 1024;

const defaults: Readonly<Required<RequestLimits>> = {
  bodyBytes: 64 * mebibyte,
  uploadBytes: 5 * 1024 * mebibyte,
  nesting: 500,
  urlLength: 65_536,
  requestLogBytes: 16 * mebibyte,
  idempotencyBytes: 64 * mebibyte,
  teamExecutions: 10_000,
};

/** The largest value of a limit, where more would not work: deeper JSON overflows the stack, longer URLs fill memory. */
const largest: RequestLimits = { nesting: 1000, urlLength: mebibyte };

/** The limits of requests with their defaults. @throws ConfigurationError for a value out of range. */
export function requestLimits(given: RequestLimits): Required<RequestLimits> {
  const limits = { ...defaults };
  for (const name of Object.keys(defaults) as (keyof RequestLimits)[]) {
    const value = given[name] ?? defaults[name];
    const max = largest[name] ?? Number.MAX_SAFE_INTEGER;
    if (!(Number.isInteger(value) && value >= 1 && value <= max)) {
      throw new ConfigurationError(`limits.${name} must be a whole number from 1 to ${max} (got ${value}).`);
    }
    limits[name] = value;
  }
  return limits;
}
