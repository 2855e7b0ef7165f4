import { type Attributes, Entity } from '#front';
import { isObject, type ResultClass } from '../../vendor.js';
import { Asset } from './asset.js';
import { LLMResult, ModelResult } from './model-result.js';

const generation = 'text-generation';

/** A model: `model.run({ text })` runs it with its inputs, which `model.inputs` has and checks. */
@Entity({ path: 'v2/models' })
export class Model extends Asset {
  static override responseClass: ResultClass = ModelResult;
  declare readonly runResult: ModelResult;

  constructor(attributes?: Attributes<Model>) {
    super(attributes);
  }

  /** Whether it can be told of tools to call; null if the platform does not say what it takes. */
  get supportsToolCalling(): boolean | null {
    return takes(this, ['tools', 'toolchoice']);
  }

  /** Whether the format of its answer can be told; null if the platform does not say what it takes. */
  get supportsStructuredOutput(): boolean | null {
    return takes(this, ['responseformat']);
  }
}

/** A language model. `LLM.search()` finds only those. */
export class LLM extends Model {
  static override responseClass: ResultClass = LLMResult;
  declare readonly runResult: LLMResult;

  static override buildSearchParams(params: Readonly<Record<string, unknown>>): Record<string, unknown> | null {
    return super.buildSearchParams({ functions: generation, ...params });
  }
}

/** Whether a language model has one of the inputs, whatever their case and underscores. */
function takes({ functionId, params }: { functionId: string | null; params?: unknown }, names: readonly string[]): boolean | null {
  if (functionId === null) return null;
  if (functionId !== generation) return false;
  if (!Array.isArray(params)) return null;
  return params.filter(isObject).some(({ name }) => typeof name === 'string' && names.includes(name.replaceAll('_', '').toLowerCase()));
}
