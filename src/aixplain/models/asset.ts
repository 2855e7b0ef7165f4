import { type BaseDeleteParams, type BaseRunParams, Entity, Field, type HookOptions, type Run, ValidationError } from '#front';
import { isObject } from '../../vendor.js';
import { AixplainResource } from '../resource.js';
import type { AssetStatus } from '../statuses.js';
import type { Json } from '../steps.js';
import { type InputSpec, modelInputs } from './input-spec.js';
import { type InputValues, inputValues, refuse } from './inputs.js';
import { type AssetSearchParams, assetFilters } from './search-params.js';

/** Who supplies an asset. */
export interface AssetVendor {
  /** The id of the vendor. */
  id?: string | number | null;
  /** The name of the vendor. */
  name?: string | null;
  /** The short name of the vendor. */
  code?: string | null;
}

/** What a run costs. */
export interface AssetPricing {
  /** The price of a unit, in credits. */
  price?: number | null;
  /** What is counted, such as `TOKEN`. */
  unitType?: string | null;
  /** The scale of the count, as the platform has it. */
  unitTypeScale?: string | null;
}

/** What the platform says of one input of a model. */
export interface ModelParameter {
  /** The name of the parameter. */
  name: string;
  /** Whether a run must have it. */
  required?: boolean;
  /** Whether it may have several values. */
  multipleValues?: boolean;
  /** Whether its value cannot be changed. */
  isFixed?: boolean;
  /** The type of its values, such as `text`. */
  dataType?: string;
  /** The type of its values in more detail. */
  dataSubType?: string;
  /** The values it has. */
  values?: unknown[];
  /** The values it has unless others are given. */
  defaultValues?: unknown[];
  /** The values it may have. */
  availableOptions?: unknown[];
}

/** How an asset is told to an agent that uses it. */
export type AgentToolJson = {
  /** The id of the asset. */
  id?: string;
  /** The kind of the tool, such as `model`. */
  type?: string;
  [key: string]: unknown;
};

/** Options that callers of the vendor's client mix with the parameters of a run. */
const optionNames = [
  ...['timeout', 'waitTime', 'wait_time', 'showProgress', 'show_progress', 'runRetries', 'run_retries', 'runRetryWait', 'run_retry_wait'],
  ...['identifier', 'sessionId', 'session_id', 'stream'],
] as const;

/** Marks the parameters of a run at the first version of the service, which answers at once and is polled. */
const inBackground = Symbol('in the background');

/** What models, tools and integrations have in common: they are found, described by their inputs, and run at the service for models. */
@Entity({ create: 'none', update: 'none' })
export class Asset extends AixplainResource {
  /** The parameters of `search()`, for the compiler. */
  declare static searchParams: AssetSearchParams;

  /** The name of the service behind it. */
  @Field({ readOnly: true }) readonly serviceName?: string | null;
  /** Its state in its life cycle. */
  @Field({ readOnly: true }) readonly status?: AssetStatus | (string & {}) | null;
  /** Who runs it. */
  @Field({ readOnly: true }) readonly host?: string | null;
  /** Who developed it. */
  @Field({ readOnly: true }) readonly developer?: string | null;
  /** Who sells it. */
  @Field({ readOnly: true }) readonly vendor?: AssetVendor | null;
  /** What it does, such as `text-generation`. */
  @Field({ readOnly: true }) readonly function?: {
    /** The id of the function. */
    id: string;
    /** The name of the function. */
    name?: string;
  } | null;
  /** What a run costs. */
  @Field({ readOnly: true }) readonly pricing?: AssetPricing | null;
  /** Its version. */
  @Field({ readOnly: true }) readonly version?: {
    /** The id of the version. */
    id?: string | null;
    /** The name of the version. */
    name?: string | null;
  } | null;
  /** `ai`, `connection`, `connector`, … */
  @Field({ readOnly: true }) readonly functionType?: string | null;
  /** The kind of the asset, in the platform's words. */
  @Field({ readOnly: true }) readonly type?: string | null;
  /** Whether runs can be streamed. */
  @Field({ readOnly: true }) readonly supportsStreaming?: boolean | null;
  /** Whether it can be run with a key of the user's own. */
  @Field({ readOnly: true, name: 'supportsBYOC' }) readonly supportsByoc?: boolean | null;
  /** How it responds: `synchronous`, `asynchronous`, or both. */
  @Field({ readOnly: true }) readonly connectionType?: string[] | null;
  /** The parameters of its runs, as the platform describes them. */
  @Field({ readOnly: true }) readonly params?: ModelParameter[] | null;
  /** Further facts about it, by name. */
  @Field({ readOnly: true }) readonly attributes?: Record<string, unknown> | null;

  #inputs: { params: unknown; values: InputValues } | undefined;

  static override buildSearchParams(params: Readonly<Record<string, unknown>>): Record<string, unknown> | null {
    return super.buildSearchParams(assetFilters(params));
  }

  /** The values of its inputs, which every run sends: `model.inputs.temperature = 0.2`. Before it is loaded, any name is taken. */
  get inputs(): InputValues {
    const { params } = this;
    if (this.#inputs?.params !== params || !this.#inputs) {
      const before = this.#inputs?.values.toJSON() ?? {};
      const values = inputValues(`inputs of ${String(this)}`, modelInputs(params));
      for (const [name, value] of Object.entries(before)) if (!values.isDescribed || values.spec(name)) values.set(name, value);
      this.#inputs = { params, values };
    }
    return this.#inputs.values;
  }

  set inputs(values: Readonly<Record<string, unknown>>) {
    this.inputs.assign(values);
  }

  /** Its function as the platform writes it, such as 'text-generation'; null if it is not known. */
  get functionId(): string | null {
    const id: unknown = isObject(this.function) ? this.function.id : this.function;
    return typeof id === 'string' && id !== '' ? id.toLowerCase().replaceAll('_', '-') : null;
  }

  /** Whether it can only be run synchronously. */
  get isSyncOnly(): boolean {
    const { connectionType: types }: { connectionType?: unknown } = this;
    return Array.isArray(types) && types.includes('synchronous') && !types.includes('asynchronous');
  }

  /** Whether it can be run asynchronously, as far as the platform says. */
  get isAsyncCapable(): boolean {
    const { connectionType: types }: { connectionType?: unknown } = this;
    return !Array.isArray(types) || types.includes('asynchronous');
  }

  /** A value of `attributes`, else the given one. */
  getAttribute<T = unknown>(key: string, fallback: T | null = null): T | null {
    const { attributes }: { attributes?: unknown } = this;
    return isObject(attributes) && Object.hasOwn(attributes, key) ? (attributes[key] as T) : fallback;
  }

  /**
   * Starts a run without waiting for it. A model that only answers synchronously is started at the first version of the service, which
   * takes `text` as `data`, so that the request does not stay open for as long as the run takes.
   */
  override async runAsync(params: Json = {}, options: BaseRunParams = {}): Promise<Run<this['runResult']>> {
    if (!this.isSyncOnly || this.backgroundUrl === null) return super.runAsync(params, options);
    const { text, ...rest } = await this.runBody(params, options);
    return super.runAsync({ ...(text !== undefined && { data: text }), ...rest, [inBackground]: true }, options);
  }

  override buildRunUrl(params: Json): string {
    const { modelUrl } = this.requireConnection('run');
    return `${(inBackground in params && this.backgroundUrl) || modelUrl}/${this.encodedId}`;
  }

  override async buildRunPayload(params: Json, options: BaseRunParams): Promise<unknown> {
    return inBackground in params ? { ...params } : this.runBody(params, options);
  }

  /**
   * The body of a run: the values of the inputs, and the run's own above them, without those that are null.
   *
   * @throws ValidationError that lists every missing input and every value of another type, and for options among the parameters.
   */
  protected async runBody(params: Json, _options: BaseRunParams): Promise<Record<string, unknown>> {
    refuseOptions(this, params, this.inputs);
    const values = withoutNull({ ...this.inputs.toJSON(), ...params });
    this.checkInputs(values, (values.data ?? null) !== null);
    return values;
  }

  /** @param isFree Whether required inputs may be missing. @throws ValidationError that lists what is wrong. */
  protected checkInputs(values: Json, isFree: boolean): void {
    const { inputs } = this;
    const problems = inputs.problems(values).filter(({ message }) => !isFree || message !== 'is required');
    if (problems.length > 0) refuse(`run of ${String(this)}`, problems);
  }

  /** How an agent that uses it is told: with the inputs that have a value. */
  async toAgentTool(): Promise<AgentToolJson> {
    return { ...agentToolOf(this), type: 'model', parameters: this.agentParameters() };
  }

  /** The inputs that have a value, as an agent is told them. */
  protected agentParameters(): Record<string, unknown>[] {
    const { inputs } = this;
    return Object.entries(inputs.toJSON()).map(([name, value]) => ({ name, value, ...parameterOf(inputs.spec(name)) }));
  }

  /** The values that a run of an agent sends for this tool; empty for none. */
  runParameters(): { name: string; value: unknown }[] {
    return Object.entries(this.inputs.toJSON()).map(([name, value]) => ({ name, value }));
  }

  /** The first version of the service for models; null if there is none beside this one. */
  protected get backgroundUrl(): string | null {
    const { modelUrl } = this.requireConnection('run');
    return modelUrl.includes('/api/v2/') ? modelUrl.replace('/api/v2/', '/api/v1/') : null;
  }

  /** @throws ValidationError, unless a subclass overrides it: the platform cannot delete most assets. */
  override buildDeleteUrl(_params: BaseDeleteParams): string {
    throw new ValidationError(`${String(this)} cannot be deleted: the platform has no way to delete a ${this.constructor.name}.`);
  }

  /** The clone has the values of the inputs, too. */
  override async buildClone(attributes: object, options: HookOptions): Promise<this> {
    const copy = await super.buildClone(attributes as never, options);
    for (const [name, value] of Object.entries(this.inputs.toJSON())) if (copy.inputs.spec(name)) copy.inputs.set(name, value);
    return copy;
  }
}

/** The part of the description for agents that all assets have. */
export function agentToolOf(asset: Asset): AgentToolJson {
  const { id, name, description, functionId, vendor, version } = asset;
  return {
    id: String(id),
    name,
    description: description ?? '',
    supplier: vendor?.code ?? 'aixplain',
    function: functionId?.toUpperCase().replaceAll('-', '_') ?? null,
    version: version?.id ?? null,
    assetId: id,
  };
}

/** What an agent is told of an input besides its value. */
export function parameterOf(spec: InputSpec | undefined): Record<string, unknown> {
  return {
    required: spec?.required ?? false,
    datatype: spec?.type ?? null,
    allowMulti: spec?.allowMulti ?? false,
    supportsVariables: spec?.supportsVariables ?? false,
    fixed: spec?.fixed ?? false,
    description: spec?.description ?? '',
  };
}

export function withoutNull(values: Json): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined));
}

/** Refuses options among the parameters: everything there is sent to the model. */
export function refuseOptions(asset: Asset, params: Json, inputs: InputValues): void {
  const misplaced = optionNames.filter((name) => params[name] !== undefined && !inputs.spec(name));
  if (misplaced.length === 0) return;
  throw new ValidationError(
    `run of ${String(asset)}: ${misplaced.join(', ')} would be sent to it. Options go beside the parameters, run(params, options); a stream is stream(params).`,
    {
      details: misplaced.map((field) => ({ field, message: 'is an option of the run, not a parameter' })),
    },
  );
}
