import { type CallOptions, ValidationError } from '#front';
import { isObject, nearestName } from '../../vendor.js';
import type { Asset } from '../models/asset.js';
import type { Json } from '../steps.js';
import { callAsset } from './call-asset.js';

/** An event of a connected service, which a trigger can wait for. */
export interface EventOption {
  /** The name in the platform's spelling. */
  readonly slug: string;
  /** The name of the event. */
  readonly name: string;
  /** What the event means. */
  readonly description: string;
  /** What can be configured. */
  readonly config: Json;
  /** What the event carries. */
  readonly payload: Json;
  /** The tool that is connected to the service; null for an integration, which is not connected. */
  readonly connectionId: string | null;
}

/** The events of a service, as a list, in which one can be found by its slug or name, whatever the case. */
export class EventOptions extends Array<EventOption> {
  /** What `map` and `filter` make is an ordinary list. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  /** Whether there is an event of that name. */
  has(name: string): boolean {
    return this.some((option) => isNamed(option, name));
  }

  /** @throws ValidationError for an unknown event. */
  get(name: string): EventOption {
    const found = this.find((option) => isNamed(option, name));
    if (found) return found;
    const slugs = this.map(({ slug }) => slug);
    const nearest = nearestName(name, slugs);
    const message = `is not an event (${nearest === undefined ? `known are ${slugs.join(', ') || 'none'}` : `did you mean ${nearest}?`})`;
    throw new ValidationError(`${JSON.stringify(name)} ${message}.`, { details: [{ field: 'event', message }] });
  }
}

function isNamed({ slug, name }: EventOption, wanted: string): boolean {
  return [slug, name].some((each) => each.toLowerCase() === wanted.toLowerCase());
}

/** The events that an asset can report. @param connectionId The asset's id if it is connected. */
export async function eventOptions(asset: Asset, connectionId: string | null, options: CallOptions): Promise<EventOptions> {
  const attempt = `list_trigger_types of ${String(asset)}`;
  const { data } = await callAsset(asset, asset.encodedId, { action: 'list_trigger_types', data: '' }, { ...options, attempt });
  const found = (Array.isArray(data) ? data : []).filter(isObject).map(({ slug, name, description, config, payload }) => ({
    slug: String(slug ?? name ?? ''),
    name: String(name ?? slug ?? ''),
    description: typeof description === 'string' ? description : '',
    config: isObject(config) ? config : {},
    payload: isObject(payload) ? payload : {},
    connectionId,
  }));
  return EventOptions.from(found) as EventOptions;
}
