import {
  type Attributes,
  Entity,
  type RunStream,
  type StreamEvent,
  type StreamOptions,
  StreamResourceMixin,
  ValidationError,
} from '#front';
import { isObject, type ResultClass } from '../../vendor.js';
import type { Json } from '../steps.js';
import { Asset } from './asset.js';
import { type ModelChunk, modelChunk } from './model-chunk.js';
import { LLMResult, ModelResult } from './model-result.js';

const generation = 'text-generation';

/** A model: `model.run({ text })` runs it with its inputs, which `model.inputs` has and checks. */
@Entity({ path: 'v2/models' })
export class Model extends StreamResourceMixin(Asset) {
  /** The class of what runs result in. */
  static override responseClass: ResultClass = ModelResult;
  /** What runs result in, for the compiler. */
  declare readonly runResult: ModelResult;
  declare readonly streamChunk: ModelChunk;

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

  /**
   * Runs it and yields what it produces as it comes: `for await (const { data } of model.stream({ text }))`. Inputs are those of a run.
   *
   * @throws ValidationError at once for a model that does not stream. Reading throws ValidationError for wrong inputs, before any request;
   *   OperationFailedError with the platform's own text when the run fails; ConnectionError when the stream is cut.
   */
  override stream(params: Json = {}, options: StreamOptions = {}): RunStream<this['streamChunk']> {
    if (this.supportsStreaming === false) {
      throw new ValidationError(`stream of ${String(this)}: the model does not support streaming; use run().`);
    }
    return super.stream(params, options);
  }

  /** The name that the vendor's documents have for `stream`. */
  runStream(params: Json = {}, options: StreamOptions = {}): RunStream<this['streamChunk']> {
    return this.stream(params, options);
  }

  override readChunk(event: StreamEvent): ModelChunk {
    return modelChunk(super.readChunk(event));
  }

  /** The marker also comes inside an event: `{"data":"[DONE]"}`. */
  override isStreamEnd(event: StreamEvent): boolean {
    const { streamEndMarker: marker } = this.constructor as typeof Model;
    if (super.isStreamEnd(event)) return true;
    return marker !== null && event.data.includes(marker) && isMarked(event.data, marker);
  }

  /** A result with the whole text as `data`, and with the usage if the stream had it. */
  override streamResult(chunks: readonly ModelChunk[]): unknown {
    const usage = chunks.findLast((chunk) => chunk.usage)?.usage;
    const Result = (this.constructor as typeof Model).responseClass;
    return new Result({ status: 'SUCCESS', completed: true, data: chunks.map(({ data }) => data).join(''), ...(usage && { usage }) });
  }

  /** The body of a run with `options.stream`, and where tools are given with `options.raw`, without which their calls are not streamed. */
  override async buildStreamPayload(params: Json, options: StreamOptions): Promise<unknown> {
    const body = await this.runBody(params, options);
    const { options: own, tools } = body;
    return { ...body, options: { ...(isObject(own) ? own : {}), stream: true, ...(tools !== undefined && { raw: true }) } };
  }
}

/** A language model. `LLM.search()` finds only those. */
export class LLM extends Model {
  /** The class of what runs result in. */
  static override responseClass: ResultClass = LLMResult;
  /** What runs result in, for the compiler. */
  declare readonly runResult: LLMResult;

  static override buildSearchParams(params: Readonly<Record<string, unknown>>): Record<string, unknown> | null {
    return super.buildSearchParams({ functions: generation, ...params });
  }
}

/** Whether the text is JSON of an object whose `data` is the marker. */
function isMarked(text: string, marker: string): boolean {
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) && parsed.data === marker;
  } catch {
    return false;
  }
}

/** Whether a language model has one of the inputs, whatever their case and underscores. */
function takes({ functionId, params }: { functionId: string | null; params?: unknown }, names: readonly string[]): boolean | null {
  if (functionId === null) return null;
  if (functionId !== generation) return false;
  if (!Array.isArray(params)) return null;
  return params.filter(isObject).some(({ name }) => typeof name === 'string' && names.includes(name.replaceAll('_', '').toLowerCase()));
}
