import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { BlockLimitError } from '../engine/errors.js';
import type { BlockHandler, BlockProgress, EngineServices } from '../engine/types.js';
import { preparation } from './activity.js';
import { Channel, type Message } from './channel.js';
import { localError, ProcessEndedError } from './errors.js';
import { type CheckedLimits, inMebibytes, inSeconds } from './limits.js';
import { type ChildMethods, type ParentMethods, type Task, type TaskResults, watchdogPipe, watchdogReports } from './protocol.js';
import type { Sources } from './sources.js';
import { decode, type Encoded, SentValues } from './values.js';

/** Milliseconds that a job has to end by itself once it is cancelled. */
const cancelPeriod = 500;
/** Bytes of the end of a child's error output that are kept. */
const keptErrorOutput = 4096;

/** What a job uses of the platform. */
export interface JobHost {
  sources: Sources;
  /** The handlers that run here. */
  handlers: ReadonlyMap<string, BlockHandler>;
  /** The services that these handlers receive. */
  services: EngineServices;
  signal: AbortSignal;
  /** Seconds that one block may take. */
  blockSeconds: number;
  onProgress?: ((progress: BlockProgress) => void) | undefined;
}

/** The job of a child, as its parent knows it. */
interface Job {
  host: JobHost;
  subject: string;
  blocks: readonly { id: string; type: string }[];
}

const subjects: Record<Task['kind'], string> = {
  graph: 'The run',
  table: 'Reading the data',
  handler: 'The handler',
  module: 'Loading the module',
};

/** A child process, which does one job at a time. */
export class IsolatedProcess {
  readonly #limits: CheckedLimits;
  readonly #process: ChildProcess;
  readonly #channel: Channel<ParentMethods, ChildMethods>;
  readonly #sent = new SentValues();
  readonly #ended: Promise<Error>;
  #job: Job | undefined;
  #errorOutput = '';
  /** The last report of the watchdog. */
  #report = { kind: 0, block: preparation };
  /** Bytes that it used at the end of its last job. */
  rss = 0;

  constructor(limits: CheckedLimits) {
    this.#limits = limits;
    this.#process = fork(fileURLToPath(new URL('./child.js', import.meta.url)), [String(limits.blockBytes)], {
      execArgv: [...conditions(process.execArgv), `--max-old-space-size=${Math.floor((limits.blockBytes * 0.75) / 2 ** 20)}`],
      env: childEnvironment(),
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'pipe', 'ipc', 'pipe'],
    });
    this.#channel = new Channel(
      // A message that does not arrive is no error of its own: the process has ended, which is noticed.
      (message) => this.#process.connected && this.#process.send(message as object, () => {}),
      () => this.#methods(),
    );
    this.#process.on('message', (message) => this.#channel.receive(message as Message));
    this.#process.stderr?.on('data', (chunk: Buffer) => this.#keepErrorOutput(chunk));
    this.#process.stdio[watchdogPipe]?.on('data', this.#reader());
    this.#ended = new Promise((resolve) => {
      this.#process.once('error', (error) => resolve(new ProcessEndedError(`The process for it could not be started: ${error.message}`)));
      this.#process.once('exit', async (code, signal) => {
        // What it wrote last can arrive after its end.
        await Promise.race([once(this.#process, 'close'), delay(200)]);
        resolve(this.#reasonOf(code, signal));
      });
    });
    void this.#ended.then((error) => this.#channel.close(error));
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null || !this.#process.connected;
  }

  /**
   * Does a job. After any error the process must be ended, because what it did for the job may go on.
   * @throws BlockLimitError when a block exceeded a limit, BlockError when one failed, ProcessEndedError when the process ended,
   * the signal's reason when it aborts.
   */
  async run<Kind extends Task['kind']>(task: Extract<Task, { kind: Kind }>, host: JobHost): Promise<TaskResults[Kind]> {
    const { signal, services, blockSeconds } = host;
    signal.throwIfAborted();
    this.#job = { host, subject: subjects[task.kind], blocks: [] };
    this.#report = { kind: 0, block: preparation };
    let timer: NodeJS.Timeout | undefined;
    const cancel = () => {
      timer = setTimeout(() => this.kill(), cancelPeriod);
    };
    signal.addEventListener('abort', cancel, { once: true });
    try {
      const given = task as Task;
      const sent = given.kind === 'handler' ? { ...given, context: this.#sent.encode(given.context) } : given;
      const { value, rss } = await this.#channel.call('run', { task: sent, blockSeconds }, signal);
      this.rss = rss;
      const result = given.kind === 'handler' ? await decode(value as Encoded, this.#received, () => services) : value;
      this.#channel.tell('finish', undefined);
      return result as TaskResults[Kind];
    } catch (error) {
      signal.throwIfAborted();
      throw localError(error);
    } finally {
      signal.removeEventListener('abort', cancel);
      clearTimeout(timer);
      this.#sent.clear();
      this.#job = undefined;
    }
  }

  /** A process that is kept for later does not keep ours alive. */
  idle(isIdle: boolean): void {
    const change = isIdle ? 'unref' : 'ref';
    this.#process[change]();
    this.#process.channel?.[change]();
    for (const stream of [this.#process.stderr, this.#process.stdio[watchdogPipe]])
      (stream as unknown as { ref(): void; unref(): void })[change]();
  }

  /** Ends the process. */
  kill(): void {
    this.#process.kill('SIGKILL');
  }

  /** Resolves when the process has ended. */
  async ended(): Promise<void> {
    await this.#ended;
  }

  /** Values that the child has sent by reference. */
  readonly #received = {
    piece: (request: Parameters<ChildMethods['piece']>[0]) => this.#channel.call('piece', request),
    release: (cursor: number) => this.#channel.tell('release', cursor),
  };

  #methods(): ParentMethods {
    const job = this.#job;
    if (!job) throw new Error('The job has ended.');
    const { sources, handlers, services, signal, onProgress } = job.host;
    return {
      dataset: (id) => sources.dataset(id),
      file: (id) => sources.file(id),
      handler: async ({ type, blockId, blockType, context }, called) => {
        const handler = handlers.get(type);
        if (!handler) throw new Error(`There is no handler of the type '${type}'.`);
        const given = (await decode(context, this.#received, () => services)) as Record<'config' | 'inputs', Record<string, unknown>>;
        return this.#sent.encode(await handler({ ...given, blockId, blockType, services, signal: AbortSignal.any([signal, called]) }));
      },
      progress: (progress) => onProgress?.(progress),
      blocks: (blocks) => {
        job.blocks = blocks;
      },
      piece: (request) => this.#sent.piece(request),
      release: (cursor) => this.#sent.release(cursor),
    };
  }

  /** Reads the watchdog's reports, which can arrive in parts. */
  #reader(): (chunk: Buffer) => void {
    const size = 2 * Int32Array.BYTES_PER_ELEMENT;
    let rest = Buffer.alloc(0);
    return (chunk) => {
      const bytes = Buffer.concat([rest, chunk]);
      const whole = bytes.length - (bytes.length % size);
      rest = bytes.subarray(whole);
      if (whole === 0) return;
      const last = new Int32Array(new Uint8Array(bytes.subarray(whole - size, whole)).buffer);
      this.#report = { kind: last[0] ?? 0, block: last[1] ?? preparation };
    };
  }

  #keepErrorOutput(chunk: Buffer): void {
    this.#errorOutput = (this.#errorOutput + chunk.toString()).slice(-keptErrorOutput);
    // What V8 says when the heap is full becomes the error of the block.
    if (!/<--- Last few GCs|<--- JS stacktrace|FATAL ERROR/.test(this.#errorOutput)) process.stderr.write(chunk);
  }

  /** Why the process has ended. */
  #reasonOf(code: number | null, signal: NodeJS.Signals | null): Error {
    const { kind, block } = this.#report;
    if (kind === watchdogReports.time) {
      const seconds = this.#job?.host.blockSeconds ?? this.#limits.blockSeconds;
      return this.#limitError(block, `took more than ${inSeconds(seconds)}`, 'limits.blockSeconds');
    }
    const isFull = /FATAL ERROR: .*(?:heap|memory|allocation)/i.test(this.#errorOutput);
    if (kind === watchdogReports.memory || isFull) {
      return this.#limitError(block, `needed more than ${inMebibytes(this.#limits.blockBytes)} of memory`, 'limits.blockBytes');
    }
    return new ProcessEndedError(`The process that ran it ended unexpectedly (${signal ?? `exit code ${code}`}).`);
  }

  #limitError(index: number, what: string, setting: string): Error {
    const block = this.#job?.blocks[index];
    const advice = `raise ${setting} of the platform if that is not enough`;
    return block ? new BlockLimitError(block, what, advice) : new Error(`${this.#job?.subject ?? 'It'} ${what}; ${advice}.`);
  }
}

/** The flags that decide which files the imports of packages mean. Inspectors and loaders of this process are not for children. */
function conditions(flags: readonly string[]): string[] {
  return flags.flatMap((flag, at) => {
    if (/^(?:--conditions|-C)=/.test(flag)) return [flag];
    return (flag === '--conditions' || flag === '-C') && flags[at + 1] !== undefined ? [flag, flags[at + 1] as string] : [];
  });
}

function childEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: options, ...others } = process.env;
  const kept = conditions((options ?? '').split(/\s+/));
  return kept.length === 0 ? others : { ...others, NODE_OPTIONS: kept.join(' ') };
}
