import { BaseResource, ConfigurationError, Entity, Field } from '#front';
import { declareFamily, isObject } from '../vendor.js';
import type { AixplainConnection } from './endpoints.js';
import { readError } from './errors.js';

/** The location of an asset. */
export interface AssetInfo {
  /** The id of the asset. */
  instanceId?: string | null;
  /** The path of the asset, such as `acme/chat/acme`. */
  assetPath?: string | null;
  [key: string]: unknown;
}

/** The base class of all aiXplain records, which `Aixplain.connect()` serves. */
@Entity({ errors: readError })
export class AixplainRecord extends BaseResource {
  /** The name; null until it has one. */
  @Field() name: string | null = null;
  /** What it is for. */
  @Field() description: string | null = null;
  /** A readable path, such as `openai/whisper-large/groq`. */
  @Field({ onClone: 'reset' }) path: string | null = null;
  /** Where the platform has the asset; its path and id are also `path` and `id`. */
  @Field({ readOnly: true }) readonly assetInfo?: AssetInfo | undefined;
  /** When the platform created it. */
  @Field({ readOnly: true, type: Date }) readonly createdAt?: Date | undefined;
  /** When the platform last changed it. */
  @Field({ readOnly: true, type: Date }) readonly updatedAt?: Date | undefined;

  /** Sets `path` to the `instanceId` of `assetInfo`, else to its `assetPath`, else to the response's own `path`. */
  static override readResponse(response: Record<string, unknown>): Record<string, unknown> {
    const { assetInfo } = response;
    if (typeof assetInfo !== 'object' || assetInfo === null) return response;
    const { instanceId, assetPath } = assetInfo as AssetInfo;
    const path = instanceId || assetPath;
    return path ? { ...response, path } : response;
  }

  /** Also accepts a response by its path, of which the platform knows several forms, since `get()` takes paths as well as ids. */
  static override isResponseTo(id: string, response: Record<string, unknown>): boolean {
    const { path, assetInfo } = response;
    const { instanceId, assetPath } = (isObject(assetInfo) ? assetInfo : {}) as AssetInfo;
    return super.isResponseTo(id, response) || [path, instanceId, assetPath].includes(id);
  }

  /** @throws ConfigurationError if the record's connection is not an aiXplain connection. */
  override requireConnection(operation: string): AixplainConnection {
    const connection = super.requireConnection(operation);
    if ('pipelineUrl' in connection) return connection as AixplainConnection;
    throw new ConfigurationError(
      `Cannot ${operation} ${String(this)}: its connection is not an aiXplain connection. Create one with new Aixplain().`,
    );
  }
}

declareFamily(AixplainRecord);
