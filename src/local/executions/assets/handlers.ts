import { agentCollections } from '../../assets/collections.js';
import { generatesText } from '../../assets/spelling.js';
import type { Platform } from '../../context.js';
import type { BlockHandler } from '../../engine/types.js';
import type { JsonRecord } from '../../store/record-kinds.js';
import type { AssetRunRow } from '../../store/schema.js';
import { untilAborted } from '../../until-aborted.js';
import { servicesFor } from '../engine-services.js';
import { languageModel } from './language-model.js';
import { standInOf } from './stand-ins.js';

export type Subject = Pick<AssetRunRow, 'assetId' | 'collection' | 'teamId'>;

/** The registered handler that runs an asset: its own, that of the integration it connects, or that of its collection. */
export function handlerOf(
  { handlers }: Platform,
  { assetId, collection }: Pick<Subject, 'assetId' | 'collection'>,
  record: JsonRecord | undefined,
): BlockHandler | undefined {
  const kind = agentCollections.includes(collection) ? [collection, 'agents'] : [collection];
  const names = [assetId, record?.path, record?.parentModelId, ...kind].filter((name) => typeof name === 'string');
  return names.map((name) => handlers.get(name)).find((handler) => handler !== undefined);
}

/** What the handler of an asset returns, or what stands in for one: a value, or an async iterable of its pieces. */
export async function callHandler(
  platform: Platform,
  subject: Subject,
  record: JsonRecord | undefined,
  inputs: JsonRecord,
  signal: AbortSignal,
): Promise<unknown> {
  const { llm } = platform;
  const standIn = llm && generatesText(record) ? languageModel(llm) : standInOf(platform, subject, record);
  const handler = handlerOf(platform, subject, record) ?? standIn;
  const context = {
    blockId: subject.assetId,
    blockType: subject.collection,
    config: record ?? {},
    inputs,
    services: servicesFor(platform, subject.teamId),
    signal,
  };
  return await untilAborted(() => handler(context), signal);
}
