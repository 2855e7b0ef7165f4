import {
  AfterHookError,
  type Attributes,
  Entity,
  Field,
  type HookOptions,
  ResourceError,
  type Result,
  type Run,
  ValidationError,
  type WaitOptions,
  withHooks,
} from '../../index.js';
import { toPlain } from '../../model/fields/instances.js';
import type { SaveScope } from '../../model/persistence/payload.js';
import type { SaveOptions } from '../../model/persistence/save.js';
import type { TransportRequest } from '../../model/ports/transport.js';
import type { BackOff } from '../../model/ports/waiter.js';
import type { ResultClass } from '../../model/running/mixin.js';
import { isObject } from '../../model/state/json.js';
import type { RecordClass } from '../../model/state/slot.js';
import { AlreadyDeployedError } from '../errors.js';
import { withUploadedFiles } from '../files/run-files.js';
import { AixplainResource } from '../resource.js';
import { AssetStatus } from '../statuses.js';
import { type Architecture, isEmpty, withLowerFunctionTypes } from './architecture.js';
import { findDataAsset } from './data-assets.js';
import { type FirstFormatResponse, inFirstFormat } from './first-format.js';
import { encodeDataAssets, encodeInput, type RunBody } from './input.js';
import { type PipelineData, type PipelineRunOptions, type PipelineSaveOptions, type PipelineSearchParams, searchBody } from './params.js';
import { PipelineResponse } from './response.js';

type First = { responseVersion: 'v1' };
type PollOptions = { signal?: AbortSignal; timeout?: number; responseVersion?: 'v1' | 'v2' };

/** Where runs began, in milliseconds on the connection's clock. */
const beginnings = new WeakMap<Result, number>();

/** What a pipeline has when nobody says otherwise. */
const defaults = { supplier: 'aiXplain', version: '1.0' };

/** A pipeline: a graph of models, scripts and decisions that runs as one asset. */
@Entity({ path: 'sdk/pipelines', search: { itemsKey: 'items', maxPageSize: 100 } })
export class Pipeline extends AixplainResource {
  /** Versions of the engine. */
  static readonly VERSION_2_0 = '2.0';
  static readonly VERSION_3_0 = '3.0';

  static override responseClass: ResultClass = PipelineResponse;
  static override runBackOff: BackOff = { initial: 1, factor: 1.1, max: 60, min: 0.2 };
  static override runTimeout = 20_000;
  declare static searchParams: PipelineSearchParams;

  /** `draft`, `onboarded`, or another of the platform's words. */
  @Field({ onClone: 'reset' }) status: AssetStatus | (string & {}) = AssetStatus.DRAFT;
  @Field() supplier: unknown = defaults.supplier;
  /** Of the engine: one that you set is used by the runs of this pipeline. */
  @Field() version: string = defaults.version;
  /** The graph, as the platform has it; undefined while it is not known, as in the results of a search. */
  @Field() architecture?: Architecture | undefined;

  constructor(attributes?: Attributes<Pipeline>) {
    super(attributes);
  }

  /** A pipeline that is not saved yet. */
  static init<P extends Pipeline>(this: RecordClass<P>, name: string, attributes: Attributes<P> = {}): P {
    return new (this as unknown as new (attributes: object) => P)({ ...attributes, name });
  }

  /** The platform takes the graph as `architecture` and gives it as `nodes` and `links`. */
  static override readResponse(response: Record<string, unknown>): Record<string, unknown> {
    const { nodes, links, ...rest } = super.readResponse(response);
    if (nodes === undefined && links === undefined) return rest;
    const graph = { ...(nodes !== undefined && { nodes }), ...(links !== undefined && { links }) };
    return { ...rest, architecture: isObject(rest.architecture) ? { ...rest.architecture, ...graph } : graph };
  }

  static override buildSearchParams(params: Readonly<Record<string, unknown>>): Record<string, unknown> | null {
    return super.buildSearchParams(searchBody(params));
  }

  /** Creates the pipeline, or replaces it when it has an id; `saveAsAsset` says whether others can use it afterwards. */
  override save(attributes: Attributes<this> = {}, options: PipelineSaveOptions = {}): Promise<this> {
    const { saveAsAsset } = options;
    if (saveAsAsset === undefined) return super.save(attributes, options);
    return super.save({ ...attributes, status: saveAsAsset ? AssetStatus.ONBOARDED : AssetStatus.DRAFT }, options);
  }

  /** Same as `save(attributes)`. */
  override update(attributes: Attributes<this> = {}, options: PipelineSaveOptions = {}): Promise<this> {
    return this.save(attributes, options);
  }

  /**
   * Makes a draft an asset that others can use, its edits included. Its hooks are `beforeDeploy` and `afterDeploy`. When it fails, the
   * status stays what it was.
   *
   * @throws AlreadyDeployedError for one that is onboarded, ValidationError for one that is no draft or has no nodes.
   */
  @withHooks
  async deploy(options: SaveOptions = {}): Promise<this> {
    this.requireId('deploy');
    const before = this.status;
    if (before === AssetStatus.ONBOARDED) throw new AlreadyDeployedError(`${String(this)} is deployed already.`);
    if (before !== AssetStatus.DRAFT)
      throw new ValidationError(`${String(this)} cannot be deployed: its status is "${before}", and only a draft can be.`);
    if (isEmpty(this.architecture)) await this.refresh({ keepChanges: true, hooks: false });
    if (isEmpty(this.architecture))
      throw new ValidationError(`${String(this)} cannot be deployed: it has no nodes. Save it with its architecture first.`);
    try {
      this.status = AssetStatus.ONBOARDED;
      const saved = await this.save({}, options);
      // A hook may have saved nothing.
      if (this.changedFields.includes('status')) this.status = before;
      return saved;
    } catch (error) {
      if (!(error instanceof AfterHookError)) this.status = before;
      throw error;
    }
  }

  /**
   * Runs the pipeline and waits for its end: 20,000 seconds at the most, with polls after 1 second, then after ever longer times.
   *
   * @throws OperationFailedError with the platform's own words, OperationTimeoutError when the time is over; with the response version
   *   'v1' both are told in what it resolves to.
   */
  override run(data: PipelineData, options: PipelineRunOptions & First): Promise<FirstFormatResponse>;
  override run(data?: PipelineData, options?: PipelineRunOptions): Promise<PipelineResponse>;
  override async run(data?: PipelineData, options: PipelineRunOptions = {}): Promise<PipelineResponse | FirstFormatResponse> {
    return this.#inFormat(super.run(given(data), options) as Promise<PipelineResponse>, options);
  }

  /** Starts a run and does not wait: `run.wait()` does. With the response version 'v1' it gives the platform's first answer. */
  override runAsync(data: PipelineData, options: PipelineRunOptions & First): Promise<FirstFormatResponse>;
  override runAsync(data?: PipelineData, options?: PipelineRunOptions): Promise<Run<PipelineResponse>>;
  override async runAsync(data?: PipelineData, options: PipelineRunOptions = {}): Promise<Run<PipelineResponse> | FirstFormatResponse> {
    const started = super.runAsync(given(data), options) as unknown as Promise<Run<PipelineResponse>>;
    if (options.responseVersion !== 'v1') return started;
    return this.#inFormat(
      started.then(({ result }) => result),
      options,
    ) as Promise<FirstFormatResponse>;
  }

  /** One poll of a run. @throws OperationFailedError when it has failed; the response version 'v1' tells of it instead. */
  override poll(url: string, options: PollOptions & First): Promise<FirstFormatResponse>;
  override poll(url: string, options?: PollOptions): Promise<PipelineResponse>;
  override poll(url: string, options: PollOptions = {}): Promise<PipelineResponse | FirstFormatResponse> {
    return this.#inFormat(super.poll(url, options) as Promise<PipelineResponse>, options);
  }

  /** Polls until the end; see `run`. */
  override syncPoll(url: string, options: WaitOptions = {}): Promise<PipelineResponse> {
    return super.syncPoll(url, options) as Promise<PipelineResponse>;
  }

  override async buildRunPayload(data: PipelineData, options: PipelineRunOptions): Promise<RunBody> {
    const aix = this.requireConnection('run');
    const {
      dataAsset,
      mode,
      batchMode = true,
      version = this.version === defaults.version ? null : this.version,
      params,
      signal,
    } = options;
    const body =
      dataAsset === undefined
        ? encodeInput(await withUploadedFiles(aix, data, signal), mode)
        : await encodeDataAssets(data, dataAsset, (assetId) => findDataAsset(aix, assetId, signal));
    return { ...body, batchmode: batchMode, version, ...toPlain(params, aix.environment.transform) };
  }

  override buildRunUrl(): string {
    return `${this.requireConnection('run').pipelineUrl}/${this.encodedId}`;
  }

  /** @throws ResourceError when the run was accepted but the platform did not say where to ask for its end. */
  override handleRunResponse(body: unknown, params: Readonly<Record<string, unknown>>): Result {
    const raw = isObject(body) ? body : {};
    const response =
      typeof raw.url === 'string' && raw.url !== '' ? new PipelineResponse(raw) : super.handleRunResponse({ ...raw, url: null }, params);
    if (response.url === null && !response.completed && !/^failed$/i.test(response.status))
      throw new ResourceError(`run of ${String(this)}: the platform took it, but its answer has no "url" to poll.`, { outcome: 'unknown' });
    beginnings.set(response, this.requireConnection('run').environment.clock.now());
    return response;
  }

  override handlePollResponse(body: unknown, started?: Result): Result {
    const response = super.handlePollResponse(body, started);
    const beginning = started && beginnings.get(started);
    if (beginning === undefined) return response;
    const { clock } = this.requireConnection('poll').environment;
    return new PipelineResponse(response.raw, (clock.now() - beginning) / 1000);
  }

  /** A copy has the graph too, also of a pipeline whose graph has not been seen yet. */
  override async buildClone(attributes: Attributes<this>, options: HookOptions): Promise<this> {
    if (this.id && this.architecture === undefined && !('architecture' in attributes))
      await this.refresh({ keepChanges: true, hooks: false });
    return super.buildClone(attributes, options);
  }

  /** Name, status, graph, and what the platform sent beside them. */
  override buildSavePayload(scope: SaveScope): Record<string, unknown> {
    const { id: _id, path: _path, description, supplier, version, architecture, ...rest } = super.buildSavePayload(scope);
    if (!this.name?.trim())
      throw new ValidationError(`save of ${String(this)}: a pipeline needs a name.`, {
        details: [{ field: 'name', message: 'is required' }],
      });
    return {
      ...rest,
      ...(description !== null && { description }),
      ...(supplier !== defaults.supplier && { supplier }),
      ...(version !== defaults.version && { version }),
      architecture: graphToSend(architecture as Architecture | undefined, scope),
    };
  }

  /** A graph that is not known here, as after a search, is fetched first: it must never be replaced by nothing. */
  override async requestSave(request: TransportRequest, scope: SaveScope, options: SaveOptions): Promise<unknown> {
    const body = request.body as { architecture?: unknown };
    if (body.architecture !== undefined) return super.requestSave(request, scope, options);
    const Pipelines = this.requireConnection('save').bind(this.constructor as typeof Pipeline);
    const { architecture } = await Pipelines.get(String(this.id), { signal: options.signal });
    return super.requestSave({ ...request, body: { ...body, architecture } }, scope, options);
  }

  override toString(): string {
    return `Pipeline: ${this.name} (id=${this.id})`;
  }

  #inFormat(
    outcome: Promise<PipelineResponse>,
    options: Pick<PipelineRunOptions, 'responseVersion' | 'name' | 'params'>,
  ): Promise<PipelineResponse | FirstFormatResponse> {
    if (options.responseVersion !== 'v1') return outcome;
    return inFirstFormat(outcome, this.requireConnection('run').environment.clock, options);
  }
}

function graphToSend(architecture: Architecture | undefined, scope: SaveScope): Architecture | undefined {
  if (architecture === undefined) return scope.creates ? { nodes: [], links: [] } : undefined;
  return scope.creates || scope.changed.includes('architecture') ? withLowerFunctionTypes(architecture) : architecture;
}

/** What a run is given travels through the model as it is, whatever it is; undefined would become an empty object there. */
function given(data: PipelineData | undefined): Readonly<Record<string, unknown>> {
  if (data === undefined) throw new ValidationError('A pipeline needs something to run on: give a text, or an object of values by label.');
  return data as Readonly<Record<string, unknown>>;
}
