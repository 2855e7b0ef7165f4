import { ConfigurationError } from '../model/errors/index.js';
import type { Clock } from './clock.js';
import type { BlockHandler } from './engine/types.js';
import { checkOptions, type LocalPlatformOptions } from './options.js';
import type { RunningPlatform } from './platform.js';
import type { Fault } from './wire/faults.js';
import type { ReceivedRequest } from './wire/log.js';

export type { Clock } from './clock.js';
export type { BlockContext, BlockHandler, LanguageModelOptions } from './engine/types.js';
export type { Latency } from './gate.js';
export type { LocalPlatformOptions } from './options.js';
export type { Seed, SeedAgent, SeedDataset, SeedFile, SeedPipeline, SeedUser } from './seed.js';
export type { Fault } from './wire/faults.js';
export type { ReceivedRequest } from './wire/log.js';

/** The packages the local platform needs beside this one. */
const peers = ['hono', '@hono/node-server', 'jsep', 'kysely', 'libsql', 'zod'];

/**
 * An embedded platform that speaks the wires of Moderately AI and of aiXplain, with a real database, real files and
 * executions that really run. For examples, for tests, and for trying things out without an account or a network.
 */
export class LocalPlatform {
  readonly #running: RunningPlatform;

  private constructor(running: RunningPlatform) {
    this.#running = running;
  }

  /**
   * Starts a platform.
   * @throws ConfigurationError when an option cannot be used, the port or the folder is taken, or a package is missing.
   */
  static async start(options: LocalPlatformOptions = {}): Promise<LocalPlatform> {
    checkOptions(options);
    checkPackages();
    // The server's packages load beside the platform's.
    const server = options.port === false ? undefined : import('./server.js');
    const [{ startPlatform }] = await Promise.all([import('./platform.js'), server]);
    return new LocalPlatform(await startPlatform(options));
  }

  /** Where it answers. With `port: false` a placeholder that only `fetch` understands. */
  get url(): string {
    return this.#running.url;
  }

  /** A key that is valid on both wires and may use every team of its user. */
  get apiKey(): string {
    return this.#running.platform.settings.apiKey;
  }

  /** The team the platform starts with. */
  get teamId(): string {
    return this.#running.platform.settings.teamId;
  }

  /** The user `apiKey` belongs to. */
  get userId(): string {
    return this.#running.platform.settings.userId;
  }

  /** Reaches the platform in-process; give it to a connection as its `fetch`. */
  get fetch(): typeof globalThis.fetch {
    return this.#running.fetch;
  }

  /** The platform's time. */
  get clock(): Clock {
    return this.#running.platform.clock;
  }

  /** What was received over HTTP and in-process, oldest first; the last 1,000 requests. */
  get requests(): readonly ReceivedRequest[] {
    return this.#running.gate.log.requests;
  }

  /**
   * Makes coming requests fail: each fault hits the next `times` requests that match, the first fault that matches wins.
   * Answers a function that takes back what has not happened yet.
   */
  faults(...faults: Fault[]): () => void {
    return this.#running.gate.faults.add(faults);
  }

  /**
   * Goes back to the start, once all is answered that is being answered: only the seed's records are left, the log and the
   * faults are empty, the clock is not ahead. Keys, handlers and the URL stay.
   * @throws ConfigurationError when the platform is closed.
   */
  reset(): Promise<void> {
    return this.#running.reset();
  }

  /**
   * Gives blocks of a type a handler: unknown types learn what to do, known ones do it differently. `agent` is the type
   * whose handler does the work of Moderately's agents. Assets of aiXplain are blocks too: one by its id, or all of a
   * collection by its name, such as `agents`; without a handler a resource that is run answers what it was asked.
   */
  block(type: string, handler: BlockHandler): this {
    this.#running.platform.handlers.set(type, handler);
    return this;
  }

  /** Finishes what is being answered, stops the workers and closes everything. Unfinished executions go on at the next start on the same `dataDir`. */
  close(): Promise<void> {
    return this.#running.close();
  }
}

/** @throws ConfigurationError when packages are missing that this one only needs for the local platform. */
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
    `The local platform needs ${missing.join(', ')}, which ${missing.length === 1 ? 'is' : 'are'} not installed. Install what is missing with: npm install --save-dev ${missing.join(' ')}`,
  );
}
