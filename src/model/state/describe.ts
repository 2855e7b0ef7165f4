import { describedInJson } from './to-json.js';
import { WireNumber } from './wire-number.js';

/** The most characters of a value in a message. */
const longest = 60;

/** A value for a message: as JSON, cut. What JSON cannot carry is described. */
export function inJson(value: unknown, length = longest): string {
  if (typeof value === 'string') return cut(JSON.stringify(value), length);
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (value instanceof WireNumber) return value.digits;
  return cut(JSON.stringify(describedInJson(value)) ?? typeof value, length);
}

/** A value as part of a text, such as a name: a string as it is, anything else as `inJson` shows it. */
export function asText(value: unknown, length = longest): string {
  return typeof value === 'string' ? value : inJson(value, length);
}

/** A long text, cut. */
export function cut(text: string, length = longest): string {
  return text.length > length ? `${text.slice(0, length - 3)}...` : text;
}

/** What something that was thrown says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? asText(error.message) : asText(error, 200);
}

/** The value of a property for a message; undefined where it cannot be read. */
export function readable(object: object, property: string): unknown {
  try {
    return (object as Record<string, unknown>)[property];
  } catch {
    return undefined;
  }
}
