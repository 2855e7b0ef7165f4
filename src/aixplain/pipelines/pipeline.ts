import {
  AfterHookError,
  type Attributes,
  type BackOff,
  type BaseRunParams,
  Entity,
  Field,
  type HookOptions,
  ResourceError,
  type Result,
  type Run,
  type SaveOptions,
  type SaveScope,
  ValidationError,
  type WaitOptions,
  withHooks,
} from '#front';
import { asText, isObject, namesOf, newRecord, type RecordClass, type ResultClass, type TransportRequest, toPlain } from '../../vendor.js';
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

/** When runs were started, in milliseconds on the connection's clock. */
const startTimes = new WeakMap<Result, number>();

/** The values of a new pipeline. */
const defaults = { supplier: 'aiXplain', version: '1.0' };

/** A graph of models, scripts and decisions that runs as one asset. */
@Entity({ path: 'sdk/pipelines', search: { itemsKey: 'items', maxPageSize: 100 } })
export class Pipeline extends AixplainResource {
  /** Engine versions. */
  static readonly VERSION_2_0 = '2.0';
  /** The version of the response that has the output of each node by its label. */
  static readonly VERSION_3_0 = '3.0';

  /** The options of `save()` besides those of every record. */
  static saveOptions = namesOf<Omit<PipelineSaveOptions, keyof SaveOptions>>({ saveAsAsset: true });
  /** The options of `run()` besides those of every record. */
  static runOptions = namesOf<Omit<PipelineRunOptions, keyof BaseRunParams>>({
    dataAsset: true,
    name: true,
    batchMode: true,
    version: true,
    responseVersion: true,
    mode: true,
    params: true,
  });
  /** The options of `poll()` besides those of every record. */
  static pollOptions = ['responseVersion'];
  /** The class of what runs result in. */
  static override responseClass: ResultClass = PipelineResponse;
  static override runBackOff: BackOff = { initial: 1, factor: 1.1, max: 60, min: 0.2 };
  static override runTimeout = 20_000;
  /** The parameters of `search()`, for the compiler. */
  declare static searchParams: PipelineSearchParams;

  /** `draft`, `onboarded`, or another status of the platform. */
  @Field({ onClone: 'reset' }) status: AssetStatus | (string & {}) = AssetStatus.DRAFT;
  /** Who provides it, as the platform has it. */
  @Field() supplier: unknown = defaults.supplier;
  /** The engine version. If you set it, runs of this pipeline use it. */
  @Field() version: string = defaults.version;
  /** The graph in the platform's own format; undefined while it is not loaded, as in search results. */
  @Field() architecture?: Architecture | undefined;

  constructor(attributes?: Attributes<Pipeline>) {
    super(attributes);
  }

  /** Creates a pipeline without saving it. */
  static init<P extends Pipeline>(this: RecordClass<P>, name: string, attributes: Attributes<P> = {}): P {
    return newRecord(this, { ...attributes, name });
  }

  /** The platform accepts the graph as `architecture`, but returns it as `nodes` and `links`. */
  static override readResponse(response: Record<string, unknown>): Record<string, unknown> {
    const { nodes, links, ...rest } = super.readResponse(response);
    if (nodes === undefined && links === undefined) return rest;
    const graph = { ...(nodes !== undefined && { nodes }), ...(links !== undefined && { links }) };
    return { ...rest, architecture: isObject(rest.architecture) ? { ...rest.architecture, ...graph } : graph };
  }

  static override buildSearchParams(params: Readonly<Record<string, unknown>>): Record<string, unknown> | null {
    return super.buildSearchParams(searchBody(params));
  }

  /** Creates the pipeline, or replaces it if it has an id. `saveAsAsset` sets whether others can use it afterwards. */
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
   * Turns a draft into an asset that others can use. Unsaved edits are saved too. The hooks are `beforeDeploy` and `afterDeploy`. If it
   * fails, the status is restored.
   *
   * @throws AlreadyDeployedError if the pipeline is onboarded, ValidationError if it is not a draft or has no nodes.
   */
  @withHooks
  async deploy(options: SaveOptions = {}): Promise<this> {
    this.requireId('deploy');
    if (this.isNew && isEmpty(this.architecture)) await this.refresh({ keepChanges: true, hooks: false });
    const before = this.status;
    if (before === AssetStatus.ONBOARDED) throw new AlreadyDeployedError(`${String(this)} is already deployed.`);
    if (before !== AssetStatus.DRAFT)
      throw new ValidationError(`${String(this)} cannot be deployed: its status is "${before}", and only a draft can be deployed.`);
    if (isEmpty(this.architecture)) await this.refresh({ keepChanges: true, hooks: false });
    if (isEmpty(this.architecture))
      throw new ValidationError(`${String(this)} cannot be deployed: it has no nodes. Save it with its architecture first.`);
    try {
      this.status = AssetStatus.ONBOARDED;
      const saved = await this.save({}, options);
      // A before hook may have ended the save without sending anything.
      if (this.changedFields.includes('status')) this.status = before;
      return saved;
    } catch (error) {
      if (!(error instanceof AfterHookError)) this.status = before;
      throw error;
    }
  }

  /**
   * Runs the pipeline and waits for it to end, for at most 20,000 seconds by default. The first poll comes after 1 second, later ones at
   * growing intervals.
   *
   * @throws OperationFailedError with the platform's own message, OperationTimeoutError after the timeout. With the response version 'v1',
   *   the returned object reports both instead.
   */
  override run(data: PipelineData, options: PipelineRunOptions & First): Promise<FirstFormatResponse>;
  override run(data?: PipelineData, options?: PipelineRunOptions): Promise<PipelineResponse>;
  override async run(data?: PipelineData, options: PipelineRunOptions = {}): Promise<PipelineResponse | FirstFormatResponse> {
    return this.#inFormat(super.run(given(data), options) as Promise<PipelineResponse>, options);
  }

  /** Starts a run without waiting for it; see `run.wait()`. With the response version 'v1', resolves to the platform's first response. */
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

  /** Polls a run once. @throws OperationFailedError if it has failed; with response version 'v1', the returned object reports it instead. */
  override poll(url: string, options: PollOptions & First): Promise<FirstFormatResponse>;
  override poll(url: string, options?: PollOptions): Promise<PipelineResponse>;
  override poll(url: string, options: PollOptions = {}): Promise<PipelineResponse | FirstFormatResponse> {
    return this.#inFormat(super.poll(url, options) as Promise<PipelineResponse>, options);
  }

  /** Polls a run until it ends; see `run`. */
  override syncPoll(url: string, options: WaitOptions = {}): Promise<PipelineResponse> {
    return super.syncPoll(url, options) as Promise<PipelineResponse>;
  }

  /** Takes texts, ids and records as well; `buildRunPayload` refuses what cannot be sent. */
  override checkRunParams(): void {}

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

  /** @throws ResourceError if the platform accepted the run but did not return a URL to poll. */
  override handleRunResponse(body: unknown, params: Readonly<Record<string, unknown>>): Result {
    const raw = isObject(body) ? body : {};
    const response =
      typeof raw.url === 'string' && raw.url !== '' ? new PipelineResponse(raw) : super.handleRunResponse({ ...raw, url: null }, params);
    if (response.url === null && !response.completed && !/^failed$/i.test(response.status))
      throw new ResourceError(`run of ${String(this)}: the platform accepted it, but its response has no "url" to poll.`, {
        outcome: 'unknown',
      });
    startTimes.set(response, this.requireConnection('run').environment.clock.now());
    return response;
  }

  override handlePollResponse(body: unknown, started?: Result): Result {
    const response = super.handlePollResponse(body, started);
    const startTime = started && startTimes.get(started);
    if (startTime === undefined) return response;
    const { clock } = this.requireConnection('poll').environment;
    return new PipelineResponse(response.raw, (clock.now() - startTime) / 1000);
  }

  /** Loads the graph first if it is not loaded, so that the clone has it. */
  override async buildClone(attributes: Attributes<this>, options: HookOptions): Promise<this> {
    if (this.id && this.architecture === undefined && !('architecture' in attributes))
      await this.refresh({ keepChanges: true, hooks: false });
    return super.buildClone(attributes, options);
  }

  /** Leaves out the description if it is null, and supplier and version if they are the defaults. */
  override buildSavePayload(scope: SaveScope): Record<string, unknown> {
    const { id: _id, path: _path, description, supplier, version, architecture, ...rest } = super.buildSavePayload(scope);
    if (!this.name?.trim())
      throw new ValidationError(`save of ${String(this)}: a pipeline must have a name.`, {
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

  /** Fetches a graph that is not loaded, as after a search, so that the update does not replace it with nothing. */
  override async requestSave(request: TransportRequest, scope: SaveScope, options: SaveOptions): Promise<unknown> {
    const body = request.body as { architecture?: unknown };
    if (body.architecture !== undefined) return super.requestSave(request, scope, options);
    const Pipelines = this.requireConnection('save').bind(this.constructor as typeof Pipeline);
    const { architecture } = await Pipelines.get(asText(this.id), { signal: options.signal });
    return super.requestSave({ ...request, body: { ...body, architecture } }, scope, options);
  }

  override toString(): string {
    return `Pipeline: ${asText(this.name)} (id=${asText(this.id)})`;
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

/** The model passes any input of a run through unchanged, except that undefined would become an empty object. */
function given(data: PipelineData | undefined): Readonly<Record<string, unknown>> {
  if (data === undefined) throw new ValidationError('A pipeline needs an input to run: pass a string, or an object of values by label.');
  return data as Readonly<Record<string, unknown>>;
}
