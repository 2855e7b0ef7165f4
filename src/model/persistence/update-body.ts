import type { EntityOptions } from '../fields/entity-options.js';
import { sameAsJson } from '../state/compare.js';
import { isObject } from '../state/json.js';
import { WireNumber } from '../state/wire-number.js';

type Json = Readonly<Record<string, unknown>>;

/** How an update is sent. */
export interface UpdateFormat {
  readonly method: 'PUT' | 'PATCH';
  /** The media type of the body; undefined for plain JSON. */
  readonly type: string | undefined;
  /** Whether the same request may be carried out twice: an operation that adds to a list may not. */
  readonly isRepeatable: boolean;
  /** The body, made of the fields to send and, where it needs that, their saved JSON. */
  body(payload: Json, saved: () => Json): unknown;
}

const plain = (method: 'PUT' | 'PATCH'): UpdateFormat => ({ method, type: undefined, isRepeatable: true, body: (payload) => payload });

/** The format of a class's updates. What it needs is loaded now, because a save waits for nothing once its changes are settled. */
export function updateFormat(update: EntityOptions['update']): UpdateFormat | Promise<UpdateFormat> {
  if (update === 'merge-patch') return { method: 'PATCH', type: 'application/merge-patch+json', isRepeatable: true, body: mergePatch };
  if (update === 'json-patch') return jsonPatchFormat();
  return plain(update === 'patch' ? 'PATCH' : 'PUT');
}

/** What of some fields differs from what is saved, by RFC 7396: keys that are gone are null, and lists are sent whole. */
function mergePatch(payload: Json, saved: () => Json): Record<string, unknown> {
  const before = saved();
  return Object.fromEntries(Object.entries(payload).map(([key, value]) => [key, partOf(value, before[key])]));
}

function partOf(value: unknown, saved: unknown): unknown {
  if (!isPlain(value) || !isPlain(saved)) return value;
  const part: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(value)) if (!sameAsJson(each, saved[key])) part[key] = partOf(each, saved[key]);
  for (const key of Object.keys(saved)) if (!Object.hasOwn(value, key)) part[key] = null;
  return part;
}

function isPlain(value: unknown): value is Json {
  return isObject(value) && !(value instanceof WireNumber);
}

/** The operations that lead from what is saved to the fields to send, by RFC 6902. */
async function jsonPatchFormat(): Promise<UpdateFormat> {
  const { createPatch } = await import('rfc6902');
  const body: UpdateFormat['body'] = (payload, savedJson) => {
    const saved = savedJson();
    const before = Object.fromEntries(Object.keys(payload).flatMap((key) => (saved[key] === undefined ? [] : [[key, saved[key]]])));
    return createPatch(before, payload, (one, other, pointer) => {
      if (!(one instanceof WireNumber) && !(other instanceof WireNumber)) return undefined;
      return sameAsJson(one, other) ? [] : [{ op: 'replace', path: pointer.toString(), value: other }];
    });
  };
  return { method: 'PATCH', type: 'application/json-patch+json', isRepeatable: false, body };
}
