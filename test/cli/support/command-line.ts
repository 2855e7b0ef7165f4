import { PassThrough, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Io } from '../../../src/cli/io.js';
import { runCommandLine } from '../../../src/cli/program.js';
import { LocalPlatform, type LocalPlatformOptions } from '../../../src/local/index.js';
import { Dataset, PipelineExecution } from '../../../src/moderately/index.js';

/** What a command line has printed, and its exit code. */
export interface Done {
  code: number;
  out: string;
  err: string;
}

export interface Given {
  env?: Record<string, string>;
  /** What comes in on standard input. Default: nothing. */
  stdin?: string | Readable;
  /** The columns of the terminal that standard output is. Default: it is none. */
  columns?: number;
  /** Called with a function that acts as Ctrl+C, before the command line starts. */
  interrupts?: (press: () => void) => void;
  startLocal?: Io['startLocal'];
  /** Whether the reader of standard output has gone: each write fails as that into a closed pipe does. Default: false. */
  readerGone?: boolean;
  /** Whether standard error is standard output, as on a terminal. */
  merged?: boolean;
}

/** Runs a command line in this process. */
export async function commandLine(
  args: readonly string[],
  { env = {}, stdin = '', columns, interrupts, startLocal, readerGone, merged }: Given = {},
): Promise<Done> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const [out, err] = [readerGone ? '' : text(stdout), text(stderr)];
  if (readerGone) {
    stdout.write = () => {
      stdout.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
      return false;
    };
  }
  const input = typeof stdin === 'string' ? PassThrough.from([stdin]) : stdin;
  const listeners = new Set<() => void>();
  interrupts?.(() => {
    for (const listener of [...listeners]) listener();
  });
  const io: Io = {
    stdin: input,
    stdout: columns === undefined ? stdout : Object.assign(stdout, { isTTY: true, columns }),
    stderr: merged ? stdout : stderr,
    env,
    onInterrupt(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ...(startLocal && { startLocal }),
  };
  const code = await runCommandLine(args, io);
  stdout.end();
  stderr.end();
  return { code, out: await out, err: await err };
}

/** Command lines that share one local platform, for the tests of one `describe`; it is reset before each of them. */
export function useCommandLine(options: LocalPlatformOptions = {}) {
  let platform: LocalPlatform;
  before(async () => {
    platform = await LocalPlatform.start({ port: false, ...options });
  });
  beforeEach(() => platform.reset());
  after(() => platform.close());
  const shared: Given['startLocal'] = async () => ({
    url: platform.url,
    apiKey: platform.apiKey,
    teamId: platform.teamId,
    fetch: platform.fetch,
    close: async () => {},
  });
  const run = (args: readonly string[], given: Given = {}): Promise<Done> =>
    commandLine([...args, '--local'], { startLocal: shared, ...given });
  /** The objects that a command line prints with `--json`; it must succeed. */
  const json = async (args: readonly string[], given: Given = {}): Promise<Record<string, unknown>[]> => {
    const { code, out, err } = await run([...args, '--json'], given);
    if (code !== 0) throw new Error(`${args.join(' ')}: exit code ${code}, ${err}`);
    return out
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  return {
    run,
    json,
    get platform(): LocalPlatform {
      return platform;
    },
  };
}

/** Has executions and datasets polled at once. Returns a function that undoes it. */
export function pollQuickly(): () => void {
  const quick = { initial: 0.01, factor: 1.5, max: 0.2, min: 0.01 };
  const before = [PipelineExecution, Dataset].map((target) => [target, target.waitBackOff] as const);
  for (const [target] of before) target.waitBackOff = quick;
  return () => {
    for (const [target, backOff] of before) target.waitBackOff = backOff;
  };
}

/** A pipeline that greets. @returns its id. */
export async function greeter(
  json: (args: readonly string[]) => Promise<Record<string, unknown>[]>,
  template = 'Hello {{ text }}',
): Promise<string> {
  const [pipeline] = await json(['pipeline', 'create', 'name=Greeter']);
  const connect = (source: string, target: string, port: string) => ({
    source_block_id: source,
    source_port: 'data',
    target_block_id: target,
    target_port: port,
  });
  const configuration = {
    id: 'greeter',
    name: 'Greeter',
    blocks: {
      text: { id: 'text', type: 'input', config: { json_schema: { type: 'string' } } },
      greeting: { id: 'greeting', type: 'string_template', config: { template } },
      result: { id: 'result', type: 'output', config: { name: 'greeting' } },
    },
    connections: [connect('text', 'greeting', 'text'), connect('greeting', 'result', 'data')],
  };
  const id = String(pipeline!.pipelineId);
  await json([
    'pipeline-configuration-version',
    'create',
    `pipelineId=${id}`,
    `configuration:=${JSON.stringify(configuration)}`,
    'status=current',
  ]);
  return id;
}
