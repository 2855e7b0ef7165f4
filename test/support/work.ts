import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import { Readable } from 'node:stream';
import type { AdapterRequest, AdapterResponse, HttpAdapter, HttpTransport } from '../../src/http/adapters/adapter.js';
import { NodeBody } from '../../src/http/node/body.js';
import { Redactor } from '../../src/http/redactor.js';
import { metadataOf } from '../../src/model/fields/compile.js';
import type { Codec, FieldMetadata } from '../../src/model/fields/metadata.js';

type Work = 'same' | 'encode' | 'decode' | 'copy';

/** Counts, by field, what the codecs of a class do from now on. */
export function countWork(target: object): Record<string, Partial<Record<Work, number>>> {
  const counts: Record<string, Partial<Record<Work, number>>> = {};
  for (const field of metadataOf(target).fields as { -readonly [K in keyof FieldMetadata]: FieldMetadata[K] }[]) {
    const { codec, property } = field;
    const counted =
      <A extends unknown[], R>(work: Work, call: (...args: A) => R) =>
      (...args: A): R => {
        counts[property] ??= {};
        counts[property][work] = (counts[property][work] ?? 0) + 1;
        return call(...args);
      };
    const counting: Codec = {
      ...codec,
      same: counted('same', codec.same),
      encode: counted('encode', codec.encode),
      decode: counted('decode', codec.decode),
      copy: counted('copy', codec.copy),
    };
    field.codec = counting;
  }
  return counts;
}

/** What a piece of work was counted to do. */
export interface Counts {
  /** Timers that were set, and those that were left when it was done. */
  timers: number;
  timersLeft: number;
  /** Listeners of signals that were added. */
  listeners: number;
  abortControllers: number;
  headers: number;
  urls: number;
  /** Texts that were searched for secrets. */
  redactions: number;
  promises: number;
}

type Globals = Record<string, unknown>;

const counted = new AsyncLocalStorage<true>();

/** Calls a function whose work is counted, and that of what it makes, such as a connection with timers of its own. */
export const asCounted = <T>(make: () => T): T => counted.run(true, make);

/** Counts what a piece of work does, and nothing of what else the process does meanwhile. */
export async function count(work: () => Promise<unknown>): Promise<Counts> {
  const counts: Counts = {
    timers: 0,
    timersLeft: 0,
    listeners: 0,
    abortControllers: 0,
    headers: 0,
    urls: 0,
    redactions: 0,
    promises: 0,
  };
  const undo: (() => void)[] = [];
  const replace = (target: object, name: string, wrap: (original: never) => unknown): void => {
    const holder = target as Globals;
    const original = holder[name];
    holder[name] = wrap(original as never);
    undo.push(() => {
      holder[name] = original;
    });
  };
  const add = (key: keyof Counts): void => {
    if (counted.getStore()) counts[key]++;
  };
  const countMade = (name: string, key: keyof Counts): void =>
    replace(globalThis, name, (Original: new (...args: unknown[]) => object) => {
      return class extends Original {
        constructor(...args: unknown[]) {
          super(...args);
          add(key);
        }
      };
    });
  const alive = new Set<unknown>();
  replace(globalThis, 'setTimeout', (original: (...args: unknown[]) => unknown) => (action: () => void, ...rest: unknown[]) => {
    if (!counted.getStore()) return original(action, ...rest);
    add('timers');
    const timer = original(
      () => {
        alive.delete(timer);
        action();
      },
      ...rest,
    );
    alive.add(timer);
    return timer;
  });
  replace(globalThis, 'clearTimeout', (original: (timer: unknown) => void) => (timer: unknown) => {
    alive.delete(timer);
    original(timer);
  });
  countMade('AbortController', 'abortControllers');
  countMade('Headers', 'headers');
  countMade('URL', 'urls');
  replace(AbortSignal.prototype, 'addEventListener', (original: (...args: unknown[]) => void) => {
    return function (this: AbortSignal, ...args: unknown[]) {
      add('listeners');
      original.apply(this, args);
    };
  });
  replace(Redactor.prototype, 'text', (original: (text: string) => string) => {
    return function (this: Redactor, text: string) {
      add('redactions');
      return original.call(this, text);
    };
  });
  const hook = createHook({
    init(_id, type) {
      if (type === 'PROMISE') add('promises');
    },
  });
  hook.enable();
  try {
    await asCounted(work);
  } finally {
    hook.disable();
    for (const each of undo.reverse()) each();
  }
  counts.timersLeft = alive.size;
  for (const timer of alive) clearTimeout(timer as NodeJS.Timeout);
  return counts;
}

/** A transport without a network: it responds with what a function makes of a method and a URL, and lists what was sent. */
export function answering(answer: (method: string, url: URL) => unknown) {
  const sent: string[] = [];
  const adapter: HttpAdapter = {
    decodes: false,
    requestsRanges: true,
    async send({ method, url }: AdapterRequest): Promise<AdapterResponse> {
      sent.push(`${method} ${url.pathname}${url.search}`);
      const body = Readable.from([Buffer.from(JSON.stringify(answer(method, url)))], { objectMode: false });
      return { status: 200, statusText: 'OK', headers: { 'content-type': 'application/json' }, body: new NodeBody(body), decoded: false };
    },
    close() {},
  };
  const transport: HttpTransport = { createAdapter: () => adapter };
  return { sent, transport };
}
