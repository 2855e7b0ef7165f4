import { ConfigurationError } from '../model/errors/index.js';
import { checkS3, type S3Options } from './blobs/s3/options.js';
import type { LanguageModelOptions } from './engine/types.js';
import { checkLimits, type WorkLimits } from './isolation/limits.js';
import { checkModule } from './isolation/modules.js';
import type { Seed } from './seed-records.js';
import type { Latency } from './server/latency.js';
import { type RequestLimits, requestLimits } from './server/limits.js';
import { checkDatabaseUrl } from './store/postgres/url.js';

/** What the platform accepts, does and keeps at most. */
export interface LocalPlatformLimits extends RequestLimits, WorkLimits {}

/** Where a log is written to, such as `process.stderr`. */
export interface LogTarget {
  /** Takes one line of JSON, with its line break. */
  write(line: string): unknown;
}

/** The options of `LocalPlatform.start`. */
export interface LocalPlatformOptions {
  /**
   * The address to listen on; `0.0.0.0` is all of IPv4, `::` all. Whoever reaches it and has a key may use the platform: put a proxy with TLS
   * in front of any other than the default. Default: `127.0.0.1`.
   */
  host?: string;
  /**
   * The port; 0 chooses a free one, `false` serves in-process only, through `platform.fetch`. A worker serves `/health`, `/ready` and
   * `/metrics` there, and nothing else. Default: 0, and none for a worker.
   */
  port?: number | false;
  /** The folder that keeps the data across restarts, for one platform at a time. Default: the data is in memory, files in a temporary folder. */
  dataDir?: string;
  /**
   * A PostgreSQL database instead of SQLite, such as `postgresql://user:password@host:5432/database`, which several servers may use. It
   * takes the package `pg` and, for files, `dataDir`, a folder that all of them share, or `s3`.
   */
  databaseUrl?: string;
  /**
   * A bucket for files instead of a folder, of Amazon S3 or of storage with its API: clients transfer files to and from it themselves. It
   * needs the packages @aws-sdk/client-s3 and @aws-sdk/s3-request-presigner. Default: none.
   */
  s3?: S3Options;
  /**
   * The key of a new platform, at least 20 of the characters of a bearer token (RFC 6750, section 2.1). A platform that has another one
   * already does not start. Default: a key is generated.
   */
  apiKey?: string;
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
  /** What the platform accepts, does and keeps at most. */
  limits?: LocalPlatformLimits;
  /** The records of a new platform, restored by `reset()`. A `dataDir` that already has data keeps it instead. Default: none. */
  seed?: Seed;
  /** Seconds added to every request: a number, a range, or a function of the request. Default: 0. */
  latency?: Latency;
  /** The source of the platform's time, in milliseconds since the epoch. Default: `Date.now`. */
  clock?: () => number;
  /** An OpenAI-compatible endpoint for `llm`, `embeddings` and `semantic_filter` blocks, and for agents. Default: none. */
  llm?: LanguageModelOptions;
  /**
   * Whether this process runs executions, beside those of other processes on the same `databaseUrl`: `false` for a server that leaves them
   * to others, `only` for a worker, which serves no requests but those about its state, where it has a `port`. Every worker needs the same `blocks` and `llm`. Default: true.
   */
  worker?: boolean | 'only';
  /** How many executions this process runs at a time, from 1 to 1,000. Default: 8. */
  concurrency?: number;
  /** Serves metrics for Prometheus at `/metrics`, to anybody who asks. Needs the package prom-client. Default: false. */
  metrics?: boolean;
  /** Writes a line of JSON for each request and each execution that ends, and for what fails. Needs the package pino. Default: none. */
  log?: LogTarget;
  /** A module that exports handlers by block type, as names or in an object as default. They run in child processes. Default: none. */
  blocks?: URL;
}

/** @throws ConfigurationError for an option that cannot be used. */
export function checkOptions(options: LocalPlatformOptions): void {
  const { port = 0, host, dataDir, publicUrl, cors = [], apiKey } = options;
  if (port !== false && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw new ConfigurationError(`The port must be a whole number from 0 to 65535, or false to serve in-process only (got ${port}).`);
  }
  if (host !== undefined && !/^[\w.:%-]+$/.test(host)) {
    throw new ConfigurationError(`host must be an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all (got '${host}').`);
  }
  // What is wrong with it is not shown: it may be a key with a typing error.
  if (apiKey !== undefined && !/^[\w.~+/-]{20,}=*$/.test(apiKey)) {
    throw new ConfigurationError('apiKey must have at least 20 letters, digits and the characters - . _ ~ + /, as bearer tokens have.');
  }
  if (dataDir !== undefined && (dataDir.trim() === '' || dataDir.includes('\0'))) {
    throw new ConfigurationError('dataDir must be the path of a folder: leave it out to keep the data in memory.');
  }
  if (options.databaseUrl !== undefined) {
    checkDatabaseUrl(options.databaseUrl);
    if (dataDir === undefined && options.s3 === undefined) {
      throw new ConfigurationError(
        'databaseUrl needs dataDir as well, a folder for files that all servers of the database share, or s3, a bucket for them.',
      );
    }
  }
  checkWork(options);
  if (options.blocks !== undefined) checkModule(options.blocks);
  if (options.s3 !== undefined) checkS3(options.s3);
  if (publicUrl !== undefined) checkPublicUrl(publicUrl);
  for (const origin of cors) checkOrigin(origin);
  limitsOf(options);
}

function checkWork({ worker = true, concurrency = 1, databaseUrl }: LocalPlatformOptions): void {
  if (typeof worker !== 'boolean' && worker !== 'only') {
    throw new ConfigurationError(`worker must be true, false or 'only' (got '${String(worker)}').`);
  }
  if (worker !== true && databaseUrl === undefined) {
    throw new ConfigurationError(
      'worker needs databaseUrl: only the processes of one PostgreSQL database can divide the work. Leave it out, so that this process does all.',
    );
  }
  if (!(Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= 1000)) {
    throw new ConfigurationError(`concurrency must be a whole number from 1 to 1000 (got ${concurrency}).`);
  }
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

/**
 * The limits of a platform: those given, and the defaults of the others.
 * @throws ConfigurationError for an unknown limit, or a value out of range.
 */
export function limitsOf({ limits: given = {} }: LocalPlatformOptions): Required<LocalPlatformLimits> {
  const limits: Required<LocalPlatformLimits> = { ...requestLimits(given), ...checkLimits(given) };
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(limits, name));
  if (unknown === undefined) return limits;
  throw new ConfigurationError(`There is no limit '${unknown}'. The limits are ${Object.keys(limits).join(', ')}.`);
}
