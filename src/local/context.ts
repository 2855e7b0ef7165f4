import type { Context } from 'hono';
import type { ApiKeyCache, Principal } from './accounts/api-key-cache.js';
import type { BlobStore } from './blobs/blob-store.js';
import type { Presigner } from './blobs/presign.js';
import type { PlatformClock } from './clock.js';
import type { Coordinator } from './coordination/coordinator.js';
import type { BlockHandler, LanguageModelOptions } from './engine/types.js';
import type { ProcessPool } from './isolation/pool.js';
import type { Observer } from './observation/observer.js';
import type { LocalPlatformLimits } from './options.js';
import type { JobQueue } from './queue/queue.js';
import type { Store } from './store/database.js';
import type { PlatformSettings } from './store/settings.js';
import type { TriggerScheduler } from './triggers/scheduler.js';

/** Where clients reach the platform: its public URL, or what its server listens on, which is known once it is started. */
export interface Address {
  /** Without a trailing slash. */
  url: string;
}

/** How many connections there are to a database, how many of them are idle, how many wait for one, and how many there may be. */
export interface ConnectionUse {
  total: number;
  idle: number;
  waiting: number;
  max: number;
}

/** The services that routes and job runners use. */
export interface Platform {
  readonly store: Store;
  /** The connections to PostgreSQL, where that is the database. */
  readonly connections: { readonly use: ConnectionUse } | undefined;
  /** Lets the servers of one database take turns, and tell each other of changes. */
  readonly coordinator: Coordinator;
  readonly blobs: BlobStore;
  readonly presigner: Presigner;
  readonly clock: PlatformClock;
  readonly settings: PlatformSettings;
  readonly apiKeys: ApiKeyCache;
  readonly queue: JobQueue;
  /** Whether this process runs executions, rather than leaving them to workers. */
  readonly runsExecutions: boolean;
  readonly triggers: TriggerScheduler;
  /** The registered handlers, by block type. */
  readonly handlers: Map<string, BlockHandler>;
  readonly llm: LanguageModelOptions | undefined;
  readonly limits: Required<LocalPlatformLimits>;
  /** The child processes that do the work which could keep this process from answering. */
  readonly processes: ProcessPool;
  readonly address: Readonly<Address>;
  /** Is told what happens, where metrics or logs are on. */
  readonly observer: Observer | undefined;
  newId(): string;
}

/** What becomes known of a request while it is handled, for metrics and logs. */
export interface Observed {
  /** The pattern of its route, such as `/files/:fileId`. */
  route: string;
  requestId?: string;
  /** Why it is answered with a 5xx. */
  error?: unknown;
}

/** What the application receives with a request. */
export interface Bindings {
  /** Adds the body to the request's log entry, once it is read. */
  logBody?: ((text: string) => void) | undefined;
  /** Filled while the request is handled, where metrics or logs are on. */
  observed?: Observed | undefined;
  /** The id a seed assigns to the record that the request creates. */
  recordId?: string | undefined;
  /** Who makes a request that the application makes of itself while it handles another one: that one is authenticated and counted. */
  principal?: Principal | undefined;
}

/** Hono's environment: what every request carries through the application. */
export interface AppEnv {
  Bindings: Bindings;
  Variables: {
    platform: Platform;
    principal: Principal;
    requestId: string;
    /** The body, once it was asked for. */
    body: Promise<Buffer> | undefined;
  };
}

/** The context of one request. */
export type AppContext = Context<AppEnv>;

/** Handles a request without a network. */
export type RequestHandler = (request: Request, bindings: Bindings) => Response | Promise<Response>;
