/** Ends what a lock protects. */
export type Release = () => Promise<void>;

/** What a server tells the others of: a topic, whose listeners read anew what it is about. */
export type Topic = 'api-keys' | 'triggers';

/** Lets the servers of one database take turns, and tell each other of changes. */
export interface Coordinator {
  /** Waits for a lock, and holds it until it is released. Those of one server get it in the order in which they ask. */
  acquire(name: string): Promise<Release>;
  /** Takes a lock that nobody holds; undefined when somebody does. */
  tryAcquire(name: string): Promise<Release | undefined>;
  /** Tells the other servers of a change that is committed. */
  publish(topic: Topic): void;
  /** Calls the listener when another server has told of a change, and when that may have been missed. */
  subscribe(topic: Topic, listener: () => void): void;
  close(): Promise<void>;
}

/** The locks of one process. */
export class ProcessLocks {
  readonly #tails = new Map<string, Promise<void>>();

  isHeld(name: string): boolean {
    return this.#tails.has(name);
  }

  async acquire(name: string): Promise<() => void> {
    const previous = this.#tails.get(name);
    let resolve = (): void => {};
    const tail = new Promise<void>((done) => {
      resolve = done;
    });
    this.#tails.set(name, tail);
    await previous;
    return () => {
      resolve();
      if (this.#tails.get(name) === tail) this.#tails.delete(name);
    };
  }
}

/** The coordinator of a platform whose database no other server uses. */
export class SingleServer implements Coordinator {
  readonly #locks = new ProcessLocks();

  async acquire(name: string): Promise<Release> {
    const release = await this.#locks.acquire(name);
    return async () => release();
  }

  async tryAcquire(name: string): Promise<Release | undefined> {
    return this.#locks.isHeld(name) ? undefined : await this.acquire(name);
  }

  publish(): void {}
  subscribe(): void {}
  async close(): Promise<void> {}
}
