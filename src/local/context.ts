import type { Presigner } from './blobs/presign.js';
import type { BlobStore } from './blobs/types.js';
import type { Clock } from './clock.js';
import type { BlockHandler, LanguageModelOptions } from './engine/types.js';
import type { JobQueue } from './queue/queue.js';
import type { Store } from './store/database.js';
import type { Settings } from './store/settings.js';
import type { Accounts, Principal } from './wire/auth.js';

/** What routes and workers are made of. */
export interface Platform {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly presigner: Presigner;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly accounts: Accounts;
  readonly queue: JobQueue;
  readonly handlers: Map<string, BlockHandler>;
  readonly llm: LanguageModelOptions | undefined;
  newId(): string;
}

/** What every request carries through the application. */
export interface Environment {
  Variables: {
    platform: Platform;
    principal: Principal;
    requestId: string;
  };
}
