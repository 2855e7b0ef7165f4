import {
  type Attributes,
  type BaseGetParams,
  type BaseRunParams,
  Entity,
  Field,
  type SaveOptions,
  type SaveScope,
  ValidationError,
} from '#front';
import { callOptions, isObject, type RecordClass, type ResultClass, type TransportRequest } from '../../vendor.js';
import { upload } from '../files/upload.js';
import { actionInputs } from '../models/input-spec.js';
import { inputValues, refuse } from '../models/inputs.js';
import { AixplainResource } from '../resource.js';
import type { AssetStatus } from '../statuses.js';
import { ToolResult } from './tool-result.js';

/** One input of a utility. */
export interface UtilityInput {
  /** The name of the input, which is that of the function's parameter. */
  name: string;
  /** The type of its value. */
  type: 'number' | 'boolean' | 'text';
  /** What it is for. */
  description?: string | undefined;
}

/** An input as inputs of actions are described. */
function typed({ name, type }: UtilityInput): object {
  return { code: name, datatype: type };
}

/** A function in Python that the platform runs: `await aix.Utility.create({ name, description, code, inputs })`. */
@Entity({ path: 'sdk/utilities', update: 'put' })
export class Utility extends AixplainResource {
  /** The class of what runs result in. */
  static override responseClass: ResultClass = ToolResult;
  declare readonly runResult: ToolResult;

  /** The source, with a function `main`, or the address of what was uploaded. Source is uploaded when it is saved. */
  @Field() code?: string | null;
  /** The inputs. Default: the parameters of the function. */
  @Field() inputs: UtilityInput[] = [];
  /** Its state in its life cycle. */
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

  /** @throws ValidationError that lists the values in `data` that are not of the types of its inputs. */
  override buildRunPayload(params: Readonly<Record<string, unknown>>, options: BaseRunParams): unknown {
    const { data } = params;
    const specs = actionInputs((this.inputs ?? []).map(typed));
    const problems = isObject(data) ? inputValues(`inputs of ${String(this)}`, specs).problems(data) : [];
    if (problems.length > 0) refuse(`run of ${String(this)}`, problems);
    return super.buildRunPayload(params, options);
  }

  override async requestSave(request: TransportRequest, scope: SaveScope, options: SaveOptions): Promise<unknown> {
    const body = request.body as { code: string };
    if (/^(?:s3|https?):\/\/\S+$/.test(body.code)) return super.requestSave(request, scope, options);
    const source = { data: body.code, name: 'main.py', mimeType: 'text/x-python' };
    const { s3Url } = await upload(this.requireConnection('save'), source, callOptions(options));
    return super.requestSave({ ...request, body: { ...body, code: s3Url } }, scope, options);
  }
}
