import {
  Entity,
  Field,
  type Progress,
  type RecordWaitOptions,
  type SaveOptions,
  type StatusWords,
  WaitableResourceMixin,
  type WorkState,
} from '#front';
import { isObject, namesOf, recordWaitOptionNames, startWork } from '../../vendor.js';
import { ModeratelyResource } from './resource.js';

/** The state of an execution. */
export type ExecutionStatus = 'pending' | 'running' | 'completed' | 'failed' | 'cancelled' | 'paused';
export const executionStatuses = ['pending', 'running', 'completed', 'failed', 'cancelled', 'paused'] as const;

/** Options for starting an execution. Durations are in seconds. */
export interface ExecuteOptions extends RecordWaitOptions {
  /** A summary of the input, for lists. Default: a preview of the input. */
  summary?: string | undefined;
  /** Whether to wait for the execution to end. Default: true if a `timeout` is given, else false. */
  wait?: boolean | undefined;
  /** Sent as the header Idempotency-Key, for platforms that honour it: the start may then be repeated. */
  idempotencyKey?: string | undefined;
}

export const executeOptionNames = [
  ...recordWaitOptionNames,
  ...namesOf<Omit<ExecuteOptions, keyof RecordWaitOptions>>({ summary: true, wait: true, idempotencyKey: true }),
];

/** The base class of pipeline and agent executions. */
@Entity()
export abstract class Execution extends WaitableResourceMixin(ModeratelyResource) {
  /** What the platform's words for the state of the work mean. */
  static override workStatusWords: StatusWords = {
    succeeded: ['COMPLETED'],
    failed: ['FAILED', 'CANCELLED'],
    running: ['PENDING', 'RUNNING', 'PAUSED'],
  };

  /** Executions are polled whatever team they belong to. */
  static override waitSearchParams = { teamIds: null };

  abstract status: ExecutionStatus;
  abstract currentStep: number | null;

  /** When the platform created it. */
  @Field({ readOnly: true, type: Date }) readonly createdAt!: Date | null;
  /** When the platform last changed it. */
  @Field({ readOnly: true, type: Date }) readonly updatedAt!: Date | null;

  /** Whether it has not started. */
  get isPending(): boolean {
    return this.status === 'pending';
  }

  /** Whether it is running. */
  get isRunning(): boolean {
    return this.status === 'running';
  }

  /** Whether it has been completed. */
  get isCompleted(): boolean {
    return this.status === 'completed';
  }

  /** Whether it has failed. */
  get isFailed(): boolean {
    return this.status === 'failed';
  }

  /** Whether it was cancelled. */
  get isCancelled(): boolean {
    return this.status === 'cancelled';
  }

  /** Whether it is paused. */
  get isPaused(): boolean {
    return this.status === 'paused';
  }

  /** Whether the execution has ended: completed, failed or cancelled. */
  get isTerminal(): boolean {
    return this.isCompleted || this.isFailed || this.isCancelled;
  }

  override workState(): WorkState {
    return { status: this.status, progress: this.readProgress(), reason: this.failureReason() };
  }

  /** The progress, if the platform reports any. */
  protected abstract readProgress(): Progress | undefined;

  /** The platform's reason for a failure or cancellation; '' if there is none. */
  protected abstract failureReason(): string;
}

/** Starts an execution, and waits for it if the options say so. The timeout counts from before the start. */
export async function startExecution<E extends Execution>(execution: E, options: ExecuteOptions): Promise<E> {
  const { wait = options.timeout !== undefined, signal, idempotencyKey } = options;
  const work = wait ? options : { ...options, showProgress: false };
  const waiting = await startWork(execution, work, (sendWithin) =>
    execution.save({}, { signal, sendWithin, idempotencyKey } as SaveOptions),
  );
  return wait ? execution.wait(waiting) : execution;
}

/** A preview of an input: its JSON, cut to at most `longest` characters. */
export function previewOf(input: unknown, longest: number): string {
  const text = JSON.stringify(input) ?? '';
  const characters = [...text];
  return characters.length <= longest ? text : `${characters.slice(0, longest - 1).join('')}…`;
}

/** A field check: the input must be an object. */
export function inputObject(input: unknown): string | undefined {
  return isObject(input) ? undefined : 'must be an object with one member per input';
}

/** The reason for a failure in free-form data: its `errors`, else `error`, else `cancelReason`; '' if there is none. */
export function failureIn(data: unknown): string {
  const { errors, error, cancelReason } = isObject(data) ? data : {};
  const texts = Array.isArray(errors) ? errors.map(messageOf).filter((text) => text !== '') : null;
  return texts?.join('; ') || messageOf(error) || messageOf(cancelReason);
}

function messageOf(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  if (isObject(value) && typeof value.message === 'string') return value.message.trim();
  return value === undefined || value === null ? '' : JSON.stringify(value);
}
