import { type Attributes, type BaseGetParams, Entity, Field, type SaveOptions, type SaveScope, ValidationError } from '#front';
import { callOptions, type RecordClass, type ResultClass, type TransportRequest } from '../../vendor.js';
import { upload } from '../files/upload.js';
import { AixplainResource } from '../resource.js';
import type { AssetStatus } from '../statuses.js';
import { ToolResult } from './tool-result.js';

/** One input of a utility. */
export interface UtilityInput {
  name: string;
  type: 'number' | 'boolean' | 'text';
  description?: string | undefined;
}

/** A function in Python that the platform runs: `await aix.Utility.create({ name, description, code, inputs })`. */
@Entity({ path: 'sdk/utilities', update: 'put' })
export class Utility extends AixplainResource {
  static override responseClass: ResultClass = ToolResult;
  declare readonly runResult: ToolResult;

  /** The source, with a function `main`, or the address of what was uploaded. Source is uploaded when it is saved. */
  @Field() code?: string | null;
  @Field() inputs: UtilityInput[] = [];
  @Field({ readOnly: true }) readonly status?: AssetStatus | (string & {}) | null;

  constructor(attributes?: Attributes<Utility>) {
    super(attributes);
  }

  /** Utilities are read as models are. */
  static override get<R extends object>(this: RecordClass<R>, id: string, params: BaseGetParams = {}): Promise<R> {
    return (super.get as unknown as (this: unknown, id: string, params: BaseGetParams) => Promise<R>).call(this, id, {
      resourcePath: 'sdk/models',
      ...params,
    });
  }

  override buildSavePayload(scope: SaveScope): Record<string, unknown> {
    const { name, description, code, inputs } = this;
    const problems = [
      ...(name?.trim() ? [] : [{ field: 'name', message: 'is required' }]),
      ...((description?.trim().length ?? 0) > 10 ? [] : [{ field: 'description', message: 'must have more than 10 letters' }]),
      ...(code?.trim() ? [] : [{ field: 'code', message: 'is required' }]),
      ...(inputs.every((input) => input.name?.trim()) ? [] : [{ field: 'inputs', message: 'must all have names' }]),
    ];
    if (problems.length > 0)
      throw new ValidationError(`save of ${String(this)}: ${problems.map(({ field, message }) => `${field} ${message}`).join('; ')}.`, {
        details: problems,
      });
    return {
      ...super.buildSavePayload(scope),
      inputs: inputs.map((input) => ({ description: '', ...input })),
      utility_id: 'custom_python_code',
    };
  }

  override async requestSave(request: TransportRequest, scope: SaveScope, options: SaveOptions): Promise<unknown> {
    const body = request.body as { code: string };
    if (/^(?:s3|https?):\/\/\S+$/.test(body.code)) return super.requestSave(request, scope, options);
    const source = { data: body.code, name: 'main.py', mimeType: 'text/x-python' };
    const { s3Url } = await upload(this.requireConnection('save'), source, callOptions(options));
    return super.requestSave({ ...request, body: { ...body, code: s3Url } }, scope, options);
  }
}
