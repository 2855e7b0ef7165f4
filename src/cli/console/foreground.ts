import { AsyncLocalStorage } from 'node:async_hooks';
import type { Connection, Pollable, TransferProgress } from '../../index.js';
import type { Progress } from './progress.js';

/** One line of input that is being evaluated. */
interface Evaluation {
  readonly controller: AbortController;
  /** What it is waiting for. */
  readonly waits: Set<Pollable<unknown>>;
}

/** A wait that was ended by Ctrl+C, while its work goes on at the platform. */
export interface EndedWait {
  /** What was waited for: 'PipelineExecution(id=pe_1)'. */
  subject: string;
  /** The token with which the wait can be resumed, where there is one. */
  token: string | undefined;
}

/**
 * What the line that is being evaluated does through a connection: it shows the progress of its waits and transfers, and Ctrl+C ends all of
 * them. A line is followed through its asynchronous calls, so that what earlier lines have left running goes on.
 */
export class Foreground {
  readonly #scope = new AsyncLocalStorage<Evaluation>();
  readonly #progress: Progress;
  #current: Evaluation | undefined;

  constructor(connection: Connection, progress: Progress) {
    this.#progress = progress;
    connection.use((request, next) => next({ ...request, signal: this.#signal(request.signal) }));
    this.#followWaits(connection);
    this.#followTransfers(connection);
  }

  /** Begins a line: what `task` starts, now or later, belongs to it. */
  begin<T>(task: () => T): T {
    this.#current = { controller: new AbortController(), waits: new Set() };
    return this.#scope.run(this.#current, task);
  }

  /** Ends a line: from now on nothing of it is shown. */
  end(): void {
    this.#current = undefined;
    this.#progress.clear();
  }

  /** Aborts the requests, transfers and waits of the line. */
  interrupt(): EndedWait[] {
    const { controller, waits = [] } = this.#current ?? {};
    const ended = [...waits].map((pollable) => ({ subject: pollable.subject, token: pollable.token?.() }));
    controller?.abort();
    this.end();
    return ended;
  }

  /** The signal of a call: that of the caller and that of its line. */
  #signal(given: AbortSignal | undefined): AbortSignal | undefined {
    const own = this.#scope.getStore()?.controller.signal;
    return own && given ? AbortSignal.any([own, given]) : (own ?? given);
  }

  #followWaits(connection: Connection): void {
    const { environment } = connection;
    const { waiter } = environment;
    environment.waiter = {
      wait: (pollable, options) =>
        this.#waiting(pollable, () => waiter.wait(pollable, { ...options, signal: this.#signal(options.signal) })),
      polls: (pollable, options) => waiter.polls(pollable, { ...options, signal: this.#signal(options.signal) }),
      poke: (key) => waiter.poke(key),
      stop: (key) => waiter.stop(key),
      sleep: (seconds, signal, subject) => waiter.sleep(seconds, this.#signal(signal), subject),
      writeToken: (data) => waiter.writeToken(data),
      readToken: (token, className) => waiter.readToken(token, className),
    };
    connection.on('poll', ({ resource, run, progress }) => this.#progress.show(run ?? resource, progress ?? {}));
  }

  async #waiting<S>(pollable: Pollable<S>, wait: () => Promise<S>): Promise<S> {
    const line = this.#scope.getStore();
    if (line === undefined || line !== this.#current) return wait();
    const key = pollable.key ?? pollable;
    line.waits.add(pollable as Pollable<unknown>);
    this.#progress.begin(key, pollable.subject);
    try {
      return await wait();
    } finally {
      line.waits.delete(pollable as Pollable<unknown>);
      this.#progress.end(key);
    }
  }

  #followTransfers({ client }: Connection): void {
    const { put, download, downloadBlob } = client;
    client.put = (url, content, options = {}) =>
      this.#transferring('Upload', options, (followed) => put.call(client, url, content, followed));
    client.download = ((url, options = {}) =>
      this.#transferring('Download', options, (followed) => download.call(client, url, followed))) as typeof download;
    client.downloadBlob = (url, options = {}) =>
      this.#transferring('Download', options, (followed) => downloadBlob.call(client, url, followed));
  }

  async #transferring<T, O extends { signal?: AbortSignal | undefined; onProgress?: ((progress: TransferProgress) => void) | undefined }>(
    subject: string,
    options: O,
    transfer: (options: O) => Promise<T>,
  ): Promise<T> {
    const line = this.#scope.getStore();
    if (line === undefined || line !== this.#current) return transfer(options);
    const key = {};
    this.#progress.begin(key, subject);
    try {
      return await transfer({
        ...options,
        signal: this.#signal(options.signal),
        onProgress: (progress) => {
          const { loaded, total } = progress;
          this.#progress.show(key, total ? { fraction: loaded / total } : { message: `${loaded} bytes` });
          options.onProgress?.(progress);
        },
      });
    } finally {
      this.#progress.end(key);
    }
  }
}
