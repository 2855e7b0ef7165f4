import { ConfigurationError } from '../model/errors/index.js';
import type { LanguageModelOptions } from './engine/types.js';
import type { Seed } from './seed.js';
import type { Latency } from './server/latency.js';

/** What the platform accepts and keeps at most. */
export interface LocalPlatformLimits {
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
  /** Bytes of the responses kept for requests that repeat an `Idempotency-Key`; the oldest are dropped first. Default: 64 MiB. */
  idempotencyBytes?: number;
}

const mebibyte = 1024 * 1024;

/** The limits of a platform that sets none. */
export const defaultLimits: Readonly<Required<LocalPlatformLimits>> = {
  bodyBytes: 64 * mebibyte,
  uploadBytes: 5 * 1024 * mebibyte,
  nesting: 500,
  urlLength: 65_536,
  requestLogBytes: 16 * mebibyte,
  idempotencyBytes: 64 * mebibyte,
};

/** The largest value of a limit, where more would not work: deeper JSON overflows the stack, longer URLs fill memory. */
const largest: LocalPlatformLimits = { nesting: 1000, urlLength: mebibyte };

/** The options of `LocalPlatform.start`. */
export interface LocalPlatformOptions {
  /** The port on 127.0.0.1; 0 chooses a free one, `false` serves in-process only, through `platform.fetch`. Default: 0. */
  port?: number | false;
  /** The folder that keeps the data across restarts, for one platform at a time. Default: the data is in memory, files in a temporary folder. */
  dataDir?: string;
  /** A PostgreSQL database instead of SQLite. Not supported: a value is a ConfigurationError. */
  databaseUrl?: string;
  /** S3-compatible storage instead of a folder. Not supported: a value is a ConfigurationError. */
  s3?: object;
  /**
   * The address under which clients reach the platform, such as that of a proxy in front of it. URLs in responses begin with it:
   * a `Host` header does not change them. Default: the address that the server listens on.
   */
  publicUrl?: string;
  /**
   * Origins whose pages may call the platform from a browser, such as `https://app.example.test`; `*` for every origin. Pages of
   * localhost, 127.0.0.1 and [::1] may always, on any port. Default: none.
   */
  cors?: readonly string[];
  /** What the platform accepts and keeps at most. */
  limits?: LocalPlatformLimits;
  /** The records of a new platform, restored by `reset()`. A `dataDir` that already has data keeps it instead. Default: none. */
  seed?: Seed;
  /** Seconds added to every request: a number, a range, or a function of the request. Default: 0. */
  latency?: Latency;
  /** The source of the platform's time, in milliseconds since the epoch. Default: `Date.now`. */
  clock?: () => number;
  /** An OpenAI-compatible endpoint for `llm`, `embeddings` and `semantic_filter` blocks, and for agents. Default: none. */
  llm?: LanguageModelOptions;
}

/** @throws ConfigurationError for an option that cannot be used. */
export function checkOptions(options: LocalPlatformOptions): void {
  const { port = 0, dataDir, publicUrl, cors = [], limits = {} } = options;
  if (port !== false && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw new ConfigurationError(`The port must be a whole number from 0 to 65535, or false to serve in-process only (got ${port}).`);
  }
  if (dataDir !== undefined && (dataDir.trim() === '' || dataDir.includes('\0'))) {
    throw new ConfigurationError('dataDir must be the path of a folder: leave it out to keep the data in memory.');
  }
  if (options.databaseUrl !== undefined) {
    throw new ConfigurationError('databaseUrl is not supported: leave it out to use SQLite, in memory or in dataDir.');
  }
  if (options.s3 !== undefined) {
    throw new ConfigurationError('s3 is not supported: leave it out to keep files in a folder, temporary or in dataDir.');
  }
  if (publicUrl !== undefined) checkPublicUrl(publicUrl);
  for (const origin of cors) checkOrigin(origin);
  checkLimits(limits);
}

function checkPublicUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && !/[?#]/.test(text)) return;
  throw new ConfigurationError(
    `publicUrl must be an http or https URL without credentials, query and fragment, such as https://platform.example.test (got '${text}').`,
  );
}

function checkOrigin(text: string): void {
  if (text === '*' || text === 'null' || (URL.canParse(text) && new URL(text).origin === text.toLowerCase())) return;
  throw new ConfigurationError(
    `cors takes origins: a scheme, a host and, where it is not the usual one, a port, such as https://app.example.test (got '${text}').`,
  );
}

function checkLimits(limits: LocalPlatformLimits): void {
  for (const [name, value] of Object.entries(limits)) {
    if (!Object.hasOwn(defaultLimits, name)) {
      throw new ConfigurationError(`There is no limit '${name}'. The limits are ${Object.keys(defaultLimits).join(', ')}.`);
    }
    const max = largest[name as keyof LocalPlatformLimits] ?? Number.MAX_SAFE_INTEGER;
    if (value === undefined || (Number.isInteger(value) && value >= 1 && value <= max)) continue;
    throw new ConfigurationError(`limits.${name} must be a whole number from 1 to ${max} (got ${value}).`);
  }
}

/** The limits of a platform: those given, and the defaults of the others. */
export function limitsOf({ limits = {} }: LocalPlatformOptions): Required<LocalPlatformLimits> {
  const given = Object.entries(limits).filter(([, value]) => value !== undefined);
  return { ...defaultLimits, ...Object.fromEntries(given) };
}
