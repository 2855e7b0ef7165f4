import { writable } from './text.js';

/** A value as JSON on one line, which is the form of `--json`. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value, writable) ?? 'null'}\n`;
}

/** A value as JSON for people: texts as they are, everything else indented. */
export function readableJson(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value, writable, 2) ?? 'null');
}
