import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { startConsole } from '../../../../src/cli/console/start.js';
import type { Io } from '../../../../src/cli/io.js';
import type { SessionOptions } from '../../../../src/cli/session.js';
import type { LocalPlatform } from '../../../../src/local/index.js';

/** Streams of a command that a test holds in its hands. */
export interface Streams {
  io: Io;
  stdin: PassThrough;
  /** What was written to the standard output so far. */
  out(): string;
  /** What was written to the standard error so far. */
  err(): string;
  /** The folder of the user's data. */
  data: string;
}

/** Streams, a terminal or not, and a platform that the session's end leaves open. */
export function streams(
  platform: LocalPlatform | undefined,
  { isTTY = false, columns = 80, env = {} as Record<string, string> } = {},
): Streams {
  const data = mkdtempSync(join(tmpdir(), 'remote-record-console-'));
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const texts = ['', ''];
  for (const [index, stream] of [stdout, stderr].entries()) {
    Object.assign(stream, isTTY ? { isTTY, columns } : {});
    stream.on('data', (chunk) => {
      texts[index] += String(chunk);
    });
  }
  Object.assign(stdin, isTTY ? { isTTY, setRawMode: () => stdin } : {});
  const io: Io = {
    ...{ stdin, stdout, stderr },
    env: { XDG_DATA_HOME: data, NO_COLOR: '1', ...env },
    onInterrupt: () => () => undefined,
    ...(platform && { startLocal: async () => lasting(platform) }),
  };
  return { io, stdin, out: () => texts[0]!, err: () => texts[1]!, data };
}

/** The platform with a `close` that does nothing. */
function lasting(platform: LocalPlatform) {
  const { url, apiKey, teamId, fetch } = platform;
  return { url, apiKey, teamId, fetch, close: async () => undefined };
}

/** Everything that a terminal does beside colours. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they begin with the escape character
const movements = /\x1b\[[0-9;?]*[A-LN-Za-ln-z]/g;

/** A line that is erased again, with the code that does it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the code begins with the escape character
const erased = /[^\n]*\r\x1b\[J/g;

/** A console at a terminal. What a line declares with `const` stays declared in the process, so that another console cannot declare it again. */
export class Terminal {
  readonly streams: Streams;
  /** The exit code. */
  readonly ended: Promise<number>;
  readonly #prompt: RegExp;
  #seen = 0;
  /** Whether colours are kept in what is shown. Default: false. */
  keepsColours = false;
  /** Whether what was shown and erased again, such as progress, is kept. Default: true. */
  keepsErased = true;

  constructor(
    platform: LocalPlatform | undefined,
    options: SessionOptions = { local: true },
    settings: Parameters<typeof streams>[1] = {},
  ) {
    this.streams = streams(platform, { isTTY: true, ...settings });
    this.#prompt = /\w+(?: \(local\))?> $/;
    this.ended = startConsole(options, this.streams.io);
    this.ended.catch(() => undefined);
  }

  /** What has been shown since the last call, once it matches. Control sequences are left out. */
  async shows(wanted: RegExp): Promise<string> {
    const { stdout } = this.streams.io;
    for (;;) {
      const all = this.streams.out().slice(this.#seen).replaceAll('\r\n', '\n');
      const raw = this.keepsErased ? all : all.replace(erased, '');
      const text = this.keepsColours ? raw.replace(movements, '') : stripVTControlCharacters(raw);
      if (wanted.test(text)) {
        this.#seen = this.streams.out().length;
        return text;
      }
      await new Promise((resolve) => stdout.once('data', resolve));
    }
  }

  /** Waits for the first prompt. Returns what was shown before it. */
  async ready(): Promise<string> {
    return (await this.shows(this.#prompt)).replace(this.#prompt, '');
  }

  /** Types a line. Returns what is shown until the next prompt. */
  async line(text: string): Promise<string> {
    this.type(`${text}\r`);
    const shown = await this.shows(new RegExp(`\n[sS]*${this.#prompt.source}`));
    return shown.slice(shown.indexOf('\n') + 1).replace(this.#prompt, '');
  }

  /** Types keys, one after the other as a person does: several at once count as pasted. */
  type(keys: string): void {
    for (const key of keys) this.streams.stdin.write(key);
  }

  /** Leaves the console. Returns its exit code. */
  async leave(): Promise<number> {
    this.type('\x04');
    const code = await this.ended;
    rmSync(this.streams.data, { recursive: true, force: true });
    return code;
  }
}
