import type { CallOptions } from '#front';
import { isObject } from '../../vendor.js';
import type { Asset } from '../models/asset.js';
import type { Json } from '../steps.js';
import { callAsset } from './call-asset.js';

/** An event of a connected service, which a trigger can wait for. */
export interface EventOption {
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  /** What can be configured. */
  readonly config: Json;
  /** What the event carries. */
  readonly payload: Json;
  /** The tool that is connected to the service; null for an integration, which is not connected. */
  readonly connectionId: string | null;
}

/** The events that an asset can report. @param connectionId The asset's id if it is connected. */
export async function eventOptions(asset: Asset, connectionId: string | null, options: CallOptions): Promise<EventOption[]> {
  const attempt = `list_trigger_types of ${String(asset)}`;
  const { data } = await callAsset(asset, asset.encodedId, { action: 'list_trigger_types', data: '' }, { ...options, attempt });
  return (Array.isArray(data) ? data : []).filter(isObject).map(({ slug, name, description, config, payload }) => ({
    slug: String(slug ?? name ?? ''),
    name: String(name ?? slug ?? ''),
    description: typeof description === 'string' ? description : '',
    config: isObject(config) ? config : {},
    payload: isObject(payload) ? payload : {},
    connectionId,
  }));
}
