import { ResourceError } from '#front';
import { isObject } from '../../vendor.js';
import type { Asset } from '../models/asset.js';
import type { Json } from '../steps.js';

/** What connecting to an integration gave. */
export interface Connected {
  /** The id of the tool. */
  id: string;
  /** Where the user has to consent before the tool can be used (OAuth); null for nowhere. */
  redirectUrl: string | null;
}

/** The body that connects to an integration. Empty values are left out. */
export function connectBody(given: { name?: unknown; description?: unknown; authScheme?: unknown; data: Json }): Record<string, unknown> {
  const { name, description, authScheme, data } = given;
  return {
    ...(name ? { name } : {}),
    ...(description ? { description } : {}),
    ...(authScheme ? { authScheme } : {}),
    ...(Object.keys(data).length > 0 ? { data } : {}),
  };
}

/** The credentials and settings in a tool's `config`: those in its `data`, and the others above them. */
export function connectData(config: Json | null | undefined): Record<string, unknown> {
  const { data, ...rest } = config ?? {};
  return { ...(isObject(data) ? data : {}), ...rest };
}

/** @throws ResourceError if the response has no id of a tool. */
export function readConnected(asset: Asset, response: Json): Connected {
  const { data } = response;
  const id = isObject(data) ? data.id : data;
  const url = isObject(data) ? (data.redirectURL ?? data.redirectUrl) : null;
  if (typeof id === 'string' && id !== '') return { id, redirectUrl: typeof url === 'string' && url !== '' ? url : null };
  throw new ResourceError(`connection of ${String(asset)}: the platform's response has no id of a tool.`, { outcome: 'unknown' });
}

const told = /Authentication scheme used for this connections: (\w+)/;

/**
 * The scheme of a connection that is made again: the one in the tool's description, else `BEARER_TOKEN` if the integration has it, else its
 * first; undefined if nothing is known.
 */
export function authSchemeOf(description: unknown, schemes: unknown): string | undefined {
  const own = typeof description === 'string' ? told.exec(description)?.[1] : undefined;
  if (own !== undefined) return own;
  const known = listOf(schemes);
  return known.includes('BEARER_TOKEN') ? 'BEARER_TOKEN' : known[0];
}

/** A list of words, which may be the text of a JSON list. */
function listOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  if (typeof value !== 'string') return [];
  try {
    const parsed: unknown = JSON.parse(value);
    return Array.isArray(parsed) ? parsed.map(String) : [];
  } catch {
    return value.split(/[\s,]+/).filter(Boolean);
  }
}
