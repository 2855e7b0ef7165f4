import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { BlockContext } from '../../../../src/local/index.js';

/** Handlers that a child imports. */
export function process_id(): number {
  return process.pid;
}

export function shout({ inputs }: BlockContext): string {
  return String(inputs.data).toUpperCase();
}

export function spin(): void {
  for (;;);
}

export function hoard(): void {
  const kept: unknown[] = [];
  for (let at = 0; ; at++) kept.push(`item ${at}`.repeat(10));
}

export function hoard_bytes(): void {
  const kept: Buffer[] = [];
  for (;;) kept.push(Buffer.alloc(2 ** 20, 1));
}

export function never(): Promise<void> {
  return new Promise(() => {});
}

export function exit(): void {
  process.exit(7);
}

/** Waits until it is cancelled, and leaves a file that says so. */
export async function until_cancelled({ inputs, signal }: BlockContext): Promise<void> {
  await delay(60_000, undefined, { signal }).catch(() => writeFileSync(String(inputs.data), 'cancelled'));
}

/** How many rows there are, read twice. */
export async function count_twice({ inputs }: BlockContext): Promise<number[]> {
  const counts: number[] = [];
  for (let time = 0; time < 2; time++) {
    let count = 0;
    for await (const _row of inputs.data as AsyncIterable<unknown>) count++;
    counts.push(count);
  }
  return counts;
}

export default {
  whisper: ({ inputs }: BlockContext) => String(inputs.data).toLowerCase(),
  /** Replaces the built-in block. */
  identity: ({ inputs }: BlockContext) => ({ given: inputs.data, pid: process.pid }),
};
