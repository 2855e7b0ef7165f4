import type { CheckedLimits } from './limits.js';
import type { IsolatedProcess, JobHost } from './process.js';
import type { Task, TaskResults } from './protocol.js';

/** Milliseconds after which a process without work ends. */
const idlePeriod = 60_000;
/** Milliseconds that a job waits for a process that is busy before another one is forked, which takes about as long. */
const forkDelay = 150;
/** A process that uses more bytes after a job is not kept for another one: at most this part of what it may use. */
const keptShare = 1 / 4;
const keptLeast = 2 ** 27;

/**
 * The child processes of a platform. They are processes rather than threads, because a thread cannot be contained: a value that
 * does not fit into its heap ends the whole process, while a child dies alone.
 *
 * A process is forked when a job needs one and none becomes idle in the time that forking takes; starting a platform forks none.
 * So many short jobs share few processes, and a long one holds up nothing. A process does the next job only after one that succeeded: after any other,
 * what it was doing may go on.
 */
export class ProcessPool {
  readonly #limits: CheckedLimits;
  readonly #processes = new Set<IsolatedProcess>();
  readonly #waiting: ((process: IsolatedProcess) => void)[] = [];
  readonly #idle: { process: IsolatedProcess; timer: NodeJS.Timeout }[] = [];
  #closed = false;

  constructor(limits: CheckedLimits) {
    this.#limits = limits;
  }

  /** The ids of the processes that there are. */
  get pids(): number[] {
    return [...this.#processes].flatMap(({ pid }) => pid ?? []);
  }

  /** Does a job in a process of its own. @throws as `IsolatedProcess.run` does. */
  async run<Kind extends Task['kind']>(task: Extract<Task, { kind: Kind }>, host: JobHost): Promise<TaskResults[Kind]> {
    host.signal.throwIfAborted();
    if (this.#closed) throw new Error('The local platform is closed.');
    const process = await this.#take();
    if (this.#closed) process.kill();
    let succeeded = false;
    try {
      const result = await process.run<Kind>(task, host);
      succeeded = true;
      return result;
    } finally {
      if (succeeded) this.#release(process);
      else process.kill();
    }
  }

  /** Ends all processes. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { timer } of this.#idle.splice(0)) clearTimeout(timer);
    await Promise.all(
      [...this.#processes].map((process) => {
        // Our process must not end before this one has.
        process.idle(false);
        process.kill();
        return process.ended();
      }),
    );
  }

  async #take(): Promise<IsolatedProcess> {
    // Loaded on first use, because most platforms in tests never run anything.
    const { IsolatedProcess } = await import('./process.js');
    const fork = () => this.#add(new IsolatedProcess(this.#limits));
    for (let last = this.#idle.pop(); last; last = this.#idle.pop()) {
      clearTimeout(last.timer);
      if (last.process.hasEnded) continue;
      last.process.idle(false);
      return last.process;
    }
    if (this.#processes.size < Math.max(this.#limits.idleProcesses, 1)) return fork();
    return await new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(take), 1);
        resolve(fork());
      }, forkDelay);
      const take = (process: IsolatedProcess) => {
        clearTimeout(timer);
        resolve(process);
      };
      this.#waiting.push(take);
    });
  }

  #add(process: IsolatedProcess): IsolatedProcess {
    this.#processes.add(process);
    void process.ended().then(() => this.#processes.delete(process));
    return process;
  }

  #release(process: IsolatedProcess): void {
    const kept = Math.max(this.#limits.blockBytes * keptShare, keptLeast);
    const isUsable = !this.#closed && !process.hasEnded && process.rss <= kept;
    const next = isUsable ? this.#waiting.shift() : undefined;
    if (next) {
      next(process);
      return;
    }
    if (!isUsable || this.#idle.length >= this.#limits.idleProcesses) {
      process.kill();
      return;
    }
    process.idle(true);
    const entry = { process, timer: setTimeout(() => this.#forget(process), idlePeriod) };
    entry.timer.unref();
    this.#idle.push(entry);
  }

  #forget(process: IsolatedProcess): void {
    const at = this.#idle.findIndex((entry) => entry.process === process);
    if (at >= 0) this.#idle.splice(at, 1);
    process.kill();
  }
}
