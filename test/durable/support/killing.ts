import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { LocalPlatform } from '../../../src/local/index.js';
import { Moderately } from '../../../src/moderately/index.js';
import type { Job } from './job.js';

/** The settings of a connection to a platform that is served. */
export const optionsOf = ({ url, apiKey, teamId }: LocalPlatform) => ({ baseUrl: url, apiKey, teamId });

/** A pipeline that gives back its input. Resolves to the id of its version. */
export async function echoVersion(platform: LocalPlatform): Promise<string> {
  const mai = new Moderately({ ...optionsOf(platform), fetch: platform.fetch });
  const pipeline = await mai.Pipeline.create({ name: 'echo' });
  const blocks = {
    in: { id: 'in', type: 'input', config: { json_schema: {} } },
    out: { id: 'out', type: 'output', config: { name: 'out' } },
  };
  const connections = [{ source_block_id: 'in', source_port: 'data', target_block_id: 'out', target_port: 'data' }];
  const configuration = { id: 'echo', name: 'echo', blocks, connections };
  const version = await pipeline.createConfigurationVersion(configuration as never, { status: 'current' });
  await mai.close();
  return version.id!;
}

/** A process that does a job. */
export class JobProcess {
  readonly child: ChildProcess;
  readonly messages: unknown[] = [];
  #readySince = Number.POSITIVE_INFINITY;

  constructor(job: Job) {
    this.child = fork(fileURLToPath(new URL('./job.js', import.meta.url)), [], { execArgv: [] });
    this.child.on('message', (message) => {
      if (message === 'ready') this.#readySince = performance.now();
      this.messages.push(message);
    });
    this.child.on('error', () => undefined);
    this.child.send(job);
  }

  /** From where on it may not have started runs. */
  get next(): number | undefined {
    const told = this.messages.filter((message): message is { next: number } => typeof message === 'object');
    return told.at(-1)?.next;
  }

  /** Whether it has done its work for so many seconds: killing it as it is loaded would show nothing, and take all the time of a busy machine. */
  hasWorked(seconds: number): boolean {
    return performance.now() - this.#readySince >= seconds * 1000;
  }

  get isOver(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  async kill(): Promise<void> {
    if (this.isOver) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }

  async ended(): Promise<void> {
    if (!this.isOver) await once(this.child, 'exit');
  }
}

/** The keys in a log of handlers' calls, by the kind of call. */
export async function callsIn(log: string): Promise<Record<string, string[]>> {
  const calls: Record<string, string[]> = { ended: [], unknown: [], failed: [], refused: [], list: [] };
  for (const line of (await readFile(log, 'utf8').catch(() => '')).split('\n')) {
    const [kind, key] = line.split(' ');
    if (kind && key) calls[kind]?.push(key);
  }
  return calls;
}

/** What holds of all runs when they have ended, however often processes were killed. @param about.written What the statement of the jobs noted. */
export async function checkAll(
  platform: LocalPlatform,
  { count, log, written }: { count: number; log: string; written: readonly string[] },
): Promise<{ unknown: number; repeated: number }> {
  const { ended, unknown, failed } = await callsIn(log);
  expect(failed).to.deep.equal([]);
  const mai = new Moderately({ ...optionsOf(platform), fetch: platform.fetch });
  const started = new Map<number, number>();
  for await (const { pipelineInput } of mai.PipelineExecution.search({ pageSize: 1000 })) {
    const n = pipelineInput.in as number;
    started.set(n, (started.get(n) ?? 0) + 1);
  }
  await mai.close();
  const [endedKeys, unknownKeys, writtenKeys] = [new Set(ended), new Set(unknown), new Set(written)];
  expect(written.length, 'nothing is written twice').to.equal(writtenKeys.size);
  for (let n = 0; n < count; n++) {
    const key = `k${n}`;
    if (started.get(n) !== 1) expect(started.get(n) ?? 0, `${key} is not started twice`).to.equal(0);
    if (unknownKeys.has(key) && n % 2 === 0) expect.fail(`${key} is protected by an idempotency key, so that its outcome is known`);
    if (!endedKeys.has(key) && !unknownKeys.has(key)) expect.fail(`${key} is lost`);
    // A response that comes while the handler of unknown outcomes is called undoes what that has written.
    const notes = [key, `unknown ${key}`].filter((note) => writtenKeys.has(note));
    expect(notes, `what is written of ${key}`).to.have.length(1);
  }
  return { unknown: unknownKeys.size, repeated: ended!.length - endedKeys.size };
}
