import {
  type Attributes,
  BelongsTo,
  type CallOptions,
  Entity,
  Field,
  type Progress,
  type Related,
  type SaveScope,
  type StandardSchema,
  ValidationError,
  withHooks,
} from '#front';
import { checkOptionNames, namesOf, newRecord, oneOf, progressFrom, replaceSaved, textOf, wholeNumber } from '../../vendor.js';
import {
  type ExecuteOptions,
  Execution,
  type ExecutionStatus,
  executeOptionNames,
  executionStatuses,
  failureIn,
  inputObject,
  previewOf,
  startExecution,
} from '../base/execution.js';
import type { ListParams, SearchDescription, Several, TeamParams } from '../base/search-params.js';
import { type OutputOptions, outputOptionNames } from './output-options.js';
import { PipelineConfigurationVersion } from './pipeline-configuration-version.js';

/** The parameters of a search for executions. */
export interface PipelineExecutionSearchParams extends ListParams<'createdAt' | 'updatedAt' | 'startedAt' | (string & {})>, TeamParams {
  /** Only executions of these pipelines. */
  pipelineIds?: Several | undefined;
  /** Only executions of these versions. */
  pipelineConfigurationVersionIds?: Several | undefined;
  /** Only these executions. */
  pipelineExecutionIds?: Several | undefined;
  /** Only executions in this state. */
  status?: ExecutionStatus | undefined;
  /** Only executions in one of these states. */
  statuses?: Several<ExecutionStatus> | undefined;
}

export interface PipelineExecuteOptions extends ExecuteOptions {
  /** The number of steps of the execution. */
  totalSteps?: number | undefined;
}

export const pipelineExecuteOptionNames = [
  ...executeOptionNames,
  ...namesOf<Omit<PipelineExecuteOptions, keyof ExecuteOptions>>({ totalSteps: true }),
];

/** Free-form progress data. These keys are read where `currentStep` and `totalSteps` do not provide the progress. */
export interface ProgressData {
  /** What is being done. */
  message?: string;
  /** The state, in the platform's words. */
  status?: string;
  /** The stage, in the platform's words. */
  stage?: string;
  /** The block that is running. */
  current_block?: string;
  /** A fraction (up to 1), a percentage (above 1), '50%', '3/10', or a message. */
  progress?: unknown;
  /** 0 to 100. */
  percent?: number;
  /** 0 to 100. */
  percentage?: number;
  /** The step it is at. */
  current_step?: number;
  /** How many steps there are. */
  total_steps?: number;
  /** What went wrong. */
  error?: string;
  /** All that went wrong. */
  errors?: unknown[];
  [key: string]: unknown;
}

const summaryLength = 1000;
const checkReason = textOf(0, 500);

/** One run of a pipeline, to be waited for with `wait()` or `polls()`. `output()` reads its output, `cancel()` cancels it. */
@Entity({ path: 'pipeline-executions', id: 'pipelineExecutionId' })
export class PipelineExecution extends Execution {
  /** The parameters of `search()`, for the compiler. */
  declare static searchParams: PipelineExecutionSearchParams;
  static override waitIdsParam = 'pipelineExecutionIds';
  static override searching: SearchDescription = {
    filters: ['pipelineIds', 'pipelineConfigurationVersionIds', 'pipelineExecutionIds', 'teamIds', 'status', 'statuses'],
    orderBy: ['createdAt', 'updatedAt', 'startedAt'],
    team: 'teamIds',
  };

  /** The id of the execution. */
  @Field({ readOnly: true }) readonly pipelineExecutionId!: string;
  /** The version that is executed. */
  @Field({ createOnly: true, required: true, nullable: false }) pipelineConfigurationVersionId!: string;
  /** Values by the id of the input block. */
  @Field({ createOnly: true, required: true, nullable: false, check: inputObject }) pipelineInput!: Record<string, unknown>;
  /** Default: a preview of the input. */
  @Field({ createOnly: true, nullable: false, check: textOf(0, summaryLength) }) pipelineInputSummary!: string;
  /** The output, or where it is; null until it is completed. */
  @Field({ onClone: 'reset' }) pipelineOutput!: Record<string, unknown> | null;
  /** A summary of the output. */
  @Field({ onClone: 'reset', check: textOf(0, summaryLength) }) pipelineOutputSummary!: string | null;
  /** The state of the execution. */
  @Field({ onClone: 'reset', nullable: false, check: oneOf(executionStatuses) }) status!: ExecutionStatus;
  /** How far it is, as the platform says it. */
  @Field({ onClone: 'reset', nullable: false }) progressData!: ProgressData;
  /** The location of an output that is too large for a response. `output()` reads it. */
  @Field({ readOnly: true }) readonly pipelineOutputFileUri!: string | null;
  /** The step it is at, from 0. */
  @Field({ onClone: 'reset', check: wholeNumber(0) }) currentStep!: number | null;
  /** How many steps there are, where that is known. */
  @Field({ check: wholeNumber(1) }) totalSteps!: number | null;
  /** When it started; null before. */
  @Field({ onClone: 'reset', type: Date }) startedAt!: Date | null;
  /** When it was completed; null when it is not. */
  @Field({ onClone: 'reset', type: Date }) completedAt!: Date | null;
  /** When it failed; null when it has not. */
  @Field({ onClone: 'reset', type: Date }) failedAt!: Date | null;
  /** When it was cancelled; null when it was not. */
  @Field({ onClone: 'reset', type: Date }) cancelledAt!: Date | null;
  /** When it was paused; null when it is not. */
  @Field({ onClone: 'reset', type: Date }) pausedAt!: Date | null;

  /** The version that is executed. */
  @BelongsTo(() => PipelineConfigurationVersion, 'pipelineConfigurationVersionId', { required: true })
  configurationVersion!: Related<PipelineConfigurationVersion, never>;

  constructor(attributes?: Attributes<PipelineExecution>) {
    super(attributes);
  }

  /** Starts an execution of a configuration version, and waits for it if the options say so. */
  static async start<E extends PipelineExecution>(
    this: new (
      attributes?: Attributes<PipelineExecution>,
    ) => E,
    pipelineConfigurationVersionId: string,
    pipelineInput: Record<string, unknown>,
    options: PipelineExecuteOptions = {},
  ): Promise<E> {
    checkOptionNames('start of an execution', options, pipelineExecuteOptionNames);
    const { summary, totalSteps } = options;
    const execution = newRecord<E>(this, { pipelineConfigurationVersionId, pipelineInput, pipelineInputSummary: summary, totalSteps });
    return startExecution(execution, options);
  }

  /** The progress in percent, 0 to 100; null if it is not known. */
  get progressPercentage(): number | null {
    const { fraction } = this.readProgress() ?? {};
    return fraction === undefined ? null : fraction * 100;
  }

  /** The platform's progress message; '' if there is none. */
  get progressMessage(): string {
    return progressFrom(this.progressData)?.message ?? '';
  }

  /**
   * Cancels the execution.
   *
   * @param reason At most 500 characters.
   * @throws BadRequestError if it has already ended.
   */
  @withHooks
  async cancel(reason?: string, options: CallOptions = {}): Promise<this> {
    const problem = reason === undefined ? undefined : checkReason(reason);
    if (problem)
      throw new ValidationError(`cancel of ${String(this)}: reason ${problem}.`, { details: [{ field: 'reason', message: problem }] });
    replaceSaved(this, await this.callForRecord('POST', 'cancel', { ...options, body: reason === undefined ? {} : { reason } }), {
      keepChanges: true,
    });
    return this;
  }

  /**
   * The output by the names of the output blocks: parsed JSON, the text of a CSV file, or bytes.
   *
   * @param options.raw True returns the bytes as they are stored, neither decompressed nor parsed.
   * @param options.schema A validator, such as one of zod, whose result is returned instead.
   * @throws NotFoundError if there is no output yet, ValidationError if it does not fit the schema.
   */
  output(options: OutputOptions & { raw: true }): Promise<Uint8Array>;
  output<T>(options: OutputOptions & { schema: StandardSchema<T> }): Promise<T>;
  output<T = Record<string, unknown>>(options?: OutputOptions): Promise<T>;
  async output(options: OutputOptions = {}): Promise<unknown> {
    const attempt = `output of ${String(this)}`;
    checkOptionNames(attempt, options, outputOptionNames);
    const { readOutput } = await import('./output.js');
    const request = (): Promise<Record<string, unknown>> => this.callAction('GET', 'output', { signal: options.signal, attempt });
    return readOutput(request, this.moderately('read the output of').client, { ...options, attempt, observer: this.observer });
  }

  /** What a save sends. */
  override buildSavePayload(scope: SaveScope): Record<string, unknown> {
    const payload = super.buildSavePayload(scope);
    if (scope.creates) payload.pipelineInputSummary ??= previewOf(payload.pipelineInput, summaryLength);
    return payload;
  }

  protected override readProgress(): Progress | undefined {
    const counted = { step: this.currentStep, steps: this.totalSteps };
    return progressFrom(counted, this.progressData, { message: this.status });
  }

  protected override failureReason(): string {
    return failureIn(this.progressData) || (this.isFailed ? 'Unknown error' : '');
  }
}
