import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.js';

/** What creating records takes: the time and new ids. */
export interface CreationContext {
  readonly clock: Clock;
  newId(): string;
}

/** In the order of their character codes, so that ids sort by creation time. */
const alphabet = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';

const poolSize = 4096;

/** Random bytes of many ids: asking for them takes longer than using them. */
class RandomBytes {
  #pool = Buffer.alloc(0);
  #next = 0;

  take(count: number): Buffer {
    if (this.#next + count > this.#pool.length) [this.#pool, this.#next] = [randomBytes(poolSize), 0];
    this.#next += count;
    return this.#pool.subarray(this.#next - count, this.#next);
  }
}

function encode(value: number, length: number): string {
  let text = '';
  for (let rest = value, place = 0; place < length; place++, rest = Math.floor(rest / 64)) text = alphabet[rest % 64] + text;
  return text;
}

/** When an id was generated, in milliseconds since the epoch by the platform's clock. */
export function timeOfId(id: string): number {
  let time = 0;
  for (const character of id.slice(0, 7)) time = time * 64 + alphabet.indexOf(character);
  return time;
}

/**
 * A generator of ids: 21 characters of `A-Za-z0-9_-`, as both platforms use. Seven encode the time, three count within a
 * millisecond and eleven are random, so ids sort in the order in which they were generated.
 */
export function createIdGenerator(now: () => number): () => string {
  let time = 0;
  let count = 0;
  let encodedTime = encode(time, 7);
  const random = new RandomBytes();
  const begin = (at: number): void => {
    [time, count] = [at, 0];
    encodedTime = encode(time, 7);
  };
  return () => {
    const current = Math.max(0, Math.floor(now()));
    if (current > time) begin(current);
    else if (++count === 64 ** 3) begin(time + 1);
    let id = encodedTime + encode(count, 3);
    for (const byte of random.take(11)) id += alphabet[byte % 64];
    return id;
  };
}
