/// <reference lib="esnext.disposable" preserve="true" />
import { ConfigurationError } from '../model/errors/index.js';
import type { Clock } from './clock.js';
import type { BlockHandler } from './engine/types.js';
import { registerHandler } from './executions/handlers.js';
import { checkOptions, type LocalPlatformOptions } from './options.js';
import type { RunningPlatform } from './platform.js';
import type { Fault } from './server/faults.js';
import type { ReceivedRequest } from './server/request-log.js';

export type { S3Options } from './blobs/s3/options.js';
export type { Clock } from './clock.js';
export type { BlockContext, BlockHandler, LanguageModelOptions } from './engine/types.js';
export type { AssetChunk } from './executions/assets/chunks.js';
export type { LocalPlatformLimits, LocalPlatformOptions, LogTarget } from './options.js';
export type { Seed, SeedAgent, SeedDataset, SeedFile, SeedPipeline, SeedUser } from './seed-records.js';
export type { Fault } from './server/faults.js';
export type { Latency } from './server/latency.js';
export type { ReceivedRequest } from './server/request-log.js';

/** The optional peer packages that the local platform cannot start without. */
const peers = ['hono', '@hono/node-server', 'jsep', 'kysely', 'libsql', 're2js', 'zod'];

/**
 * An embedded platform that implements the APIs of Moderately AI and aiXplain, with a real database, real files and
 * executions that really run. For examples, for tests, and for trying things out without an account or a network.
 */
export class LocalPlatform {
  readonly #running: RunningPlatform;

  private constructor(running: RunningPlatform) {
    this.#running = running;
  }

  /**
   * Starts a platform.
   * @throws ConfigurationError when an option or the seed is invalid, the port or the folder is in use, the bucket cannot be used, or a
   *   package is missing.
   */
  static async start(options: LocalPlatformOptions = {}): Promise<LocalPlatform> {
    checkOptions(options);
    checkPackages();
    // The server's packages load in parallel with the platform's.
    const server = options.port === false ? undefined : import('./server/http-server.js');
    const [{ startPlatform }] = await Promise.all([import('./platform.js'), server]);
    return new LocalPlatform(await startPlatform(options));
  }

  /** The address the platform listens on. With `port: false` it is a placeholder that only `fetch` can reach. */
  get url(): string {
    return this.#running.url;
  }

  /** A key that is valid for both APIs, with access to every team of its user. */
  get apiKey(): string {
    return this.#running.platform.settings.apiKey;
  }

  /** The id of the team that the platform starts with. */
  get teamId(): string {
    return this.#running.platform.settings.teamId;
  }

  /** The id of the user that `apiKey` belongs to. */
  get userId(): string {
    return this.#running.platform.settings.userId;
  }

  /** A `fetch` that reaches the platform in-process, for a connection's `fetch` option. It rejects with a TypeError for any other origin. */
  get fetch(): typeof globalThis.fetch {
    return this.#running.fetch;
  }

  /** The platform's time, which tests can advance. */
  get clock(): Clock {
    return this.#running.platform.clock;
  }

  /**
   * The requests received over HTTP and in-process, oldest first: at least the last 900 and at most 1,000, or fewer when they
   * exceed `limits.requestLogBytes`. Of long bodies, the beginning is kept.
   */
  get requests(): readonly ReceivedRequest[] {
    return this.#running.gateway.log.requests;
  }

  /**
   * Injects faults into later requests: each fault affects the next `times` requests that match it. When several match a
   * request, the one added first applies.
   * @returns a function that removes the faults not injected yet.
   * @throws ConfigurationError for a fault that has no effect or a value out of range.
   */
  faults(...faults: Fault[]): () => void {
    return this.#running.gateway.faults.add(faults);
  }

  /**
   * Restores the initial state, once the requests in flight have finished (five seconds at most): only the seed's records
   * remain, the log and the faults are empty, and the clock's advances are undone. Keys, handlers and the URL stay.
   * @throws ConfigurationError when the platform is closed.
   */
  reset(): Promise<void> {
    return this.#running.reset();
  }

  /**
   * Registers the handler of a block type. It replaces a built-in block of the same type. The handler of the type `agent`
   * runs Moderately's agents. For aiXplain, the type is the id or the path of an asset, of the integration that a tool
   * connects, or the name of a collection, such as `agents`, for all its assets. The handler of an agent's model gets its `messages`
   * and `tools` and may call these with `tool_calls`; an agent without one, and any other asset, is run by the `llm` option's model where it
   * generates text, and otherwise by a stand-in, as docs/aixplain-wire.md lists them. A handler of a model may return an async
   * iterable of `AssetChunk`, which a run with `options.stream` streams and any other run joins; beside `data` it may return
   * `details`, `usage` and `usedCredits`, as that of an agent may return `steps`, `critiques` and `usedCredits` beside `output`.
   *
   * A function runs in this process, which answers nobody while the function keeps the thread, and fails after
   * `limits.blockSeconds`. A module runs in a child process, with all limits; it exports the handler as default or under the
   * name of the type: `platform.block('shout', new URL('./shout.js', import.meta.url))`.
   * @throws ConfigurationError for a module that does not exist.
   */
  block(type: string, handler: BlockHandler): this;
  block(type: string, module: URL): this;
  block(type: string, handler: BlockHandler | URL): this {
    registerHandler(this.#running.platform, type, handler);
    return this;
  }

  /**
   * Announces the end to balancers: `/ready` responds with 503 from now on, and everything else as before, until `close`. It cannot be
   * undone.
   */
  drain(): void {
    this.#running.drain();
  }

  /**
   * Finishes the requests in flight (five seconds at most), stops the workers and closes everything. Unfinished executions
   * continue at the next start with the same `dataDir`.
   */
  close(): Promise<void> {
    return this.#running.close();
  }

  /** Closes the platform at the end of a block with `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** @throws ConfigurationError naming the optional peer packages that are missing. */
function checkPackages(): void {
  const missing = peers.filter((name) => {
    try {
      import.meta.resolve(name);
      return false;
    } catch {
      return true;
    }
  });
  if (missing.length === 0) return;
  throw new ConfigurationError(
    `The local platform needs ${missing.join(', ')}, which ${missing.length === 1 ? 'is' : 'are'} not installed. Install with: npm install --save-dev ${missing.join(' ')}`,
  );
}
