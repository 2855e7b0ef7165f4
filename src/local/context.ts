import type { Presigner } from './blobs/presign.js';
import type { BlobStore } from './blobs/types.js';
import type { PlatformClock } from './clock.js';
import type { BlockHandler, LanguageModelOptions } from './engine/types.js';
import type { JobQueue } from './queue/queue.js';
import type { Store } from './store/database.js';
import type { PlatformSettings } from './store/settings.js';
import type { Accounts, Principal } from './wire/auth.js';
import type { ReceivedRequest } from './wire/log.js';

/** What routes and workers are made of. */
export interface Platform {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly presigner: Presigner;
  readonly clock: PlatformClock;
  readonly settings: PlatformSettings;
  readonly accounts: Accounts;
  readonly queue: JobQueue;
  readonly handlers: Map<string, BlockHandler>;
  readonly llm: LanguageModelOptions | undefined;
  newId(): string;
}

/** What reaches the application beside a request. */
export interface Bindings {
  /** The entry in the log, which learns the body when it is read. */
  received?: ReceivedRequest;
  /** The id a seed gives the record that is made. */
  recordId?: string | undefined;
}

/** What every request carries through the application. */
export interface AppContext {
  Bindings: Bindings;
  Variables: {
    platform: Platform;
    principal: Principal;
    requestId: string;
  };
}
