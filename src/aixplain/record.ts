import { BaseResource, ConfigurationError, Entity, Field } from '../index.js';
import { declareFamily } from '../model/binding.js';
import type { Aixplain } from './connection.js';
import { readError } from './errors.js';

/** The platform's own note on where an asset is. */
export interface AssetInfo {
  instanceId?: string | null;
  assetPath?: string | null;
  [key: string]: unknown;
}

/** What every record of aiXplain has. The root of the vendor's classes: `Aixplain.connect()` serves them all. */
@Entity({ errors: readError })
export class AixplainRecord extends BaseResource {
  @Field() name: string | null = null;
  @Field() description: string | null = null;
  /** A readable address, such as `openai/whisper-large/groq`. */
  @Field({ onClone: 'reset' }) path: string | null = null;
  @Field({ readOnly: true }) readonly assetInfo?: AssetInfo | undefined;
  @Field({ readOnly: true, type: Date }) readonly createdAt?: Date | undefined;
  @Field({ readOnly: true, type: Date }) readonly updatedAt?: Date | undefined;

  /** `path` is what `assetInfo` says of it: its `instanceId`, else its `assetPath`, else what the answer itself has. */
  static override readResponse(response: Record<string, unknown>): Record<string, unknown> {
    const { assetInfo } = response;
    if (typeof assetInfo !== 'object' || assetInfo === null) return response;
    const { instanceId, assetPath } = assetInfo as AssetInfo;
    const path = instanceId || assetPath;
    return path ? { ...response, path } : response;
  }

  /** Records are got by their path, too. */
  static override isResponseTo(id: string, response: Record<string, unknown>): boolean {
    return super.isResponseTo(id, response) || response.path === id;
  }

  /** @throws ConfigurationError when the record belongs to a connection to something else. */
  override requireConnection(operation: string): Aixplain {
    const connection = super.requireConnection(operation);
    if ('pipelineUrl' in connection) return connection as Aixplain;
    throw new ConfigurationError(
      `Cannot ${operation} ${String(this)}: its connection is not one to aiXplain. Make one with new Aixplain().`,
    );
  }
}

declareFamily(AixplainRecord);
