import { Entity } from '../../model/fields/entity.js';
import { Field } from '../../model/fields/field.js';
import type { OwnCallOptions } from '../../model/ports/transport.js';
import type { Progress } from '../../model/ports/waiter.js';
import { isObject } from '../../model/state/json.js';
import { noteStarted, secondsToSend } from '../../model/waiting/deadlines.js';
import { checkProgressBar } from '../../model/waiting/follow.js';
import { WaitableResourceMixin } from '../../model/waiting/mixin.js';
import type { StatusWords } from '../../model/waiting/status.js';
import { checkWaitOptions } from '../../model/waiting/wait-options.js';
import type { RecordWaitOptions, WorkState } from '../../model/waiting/waitable.js';
import { ModeratelyResource } from './resource.js';

export type ExecutionStatus = 'pending' | 'running' | 'completed' | 'failed' | 'cancelled' | 'paused';
export const executionStatuses = ['pending', 'running', 'completed', 'failed', 'cancelled', 'paused'] as const;

/** How an execution is started. Durations are seconds. */
export interface ExecuteOptions extends RecordWaitOptions {
  /** What the input is about, for lists. Default: a preview of the input. */
  summary?: string | undefined;
  /** Whether to wait for the end. Default: false, unless a `timeout` is given. */
  wait?: boolean | undefined;
}

/** What the executions of pipelines and of agents have in common: they are work that goes on at the platform. */
@Entity()
export abstract class Execution extends WaitableResourceMixin(ModeratelyResource) {
  static override workStatusWords: StatusWords = {
    succeeded: ['COMPLETED'],
    failed: ['FAILED', 'CANCELLED'],
    running: ['PENDING', 'RUNNING', 'PAUSED'],
  };

  /** Executions are polled whichever team they belong to. */
  static override waitSearchParams = { teamIds: null };

  abstract status: ExecutionStatus;
  abstract currentStep: number | null;

  @Field({ readOnly: true, type: Date }) readonly createdAt!: Date | null;
  @Field({ readOnly: true, type: Date }) readonly updatedAt!: Date | null;

  get isPending(): boolean {
    return this.status === 'pending';
  }

  get isRunning(): boolean {
    return this.status === 'running';
  }

  get isCompleted(): boolean {
    return this.status === 'completed';
  }

  get isFailed(): boolean {
    return this.status === 'failed';
  }

  get isCancelled(): boolean {
    return this.status === 'cancelled';
  }

  get isPaused(): boolean {
    return this.status === 'paused';
  }

  /** Whether it has come to its end, whichever. */
  get isTerminal(): boolean {
    return this.isCompleted || this.isFailed || this.isCancelled;
  }

  override workState(): WorkState {
    return { status: this.status, progress: this.readProgress(), reason: this.failureReason() };
  }

  /** How far it is, as far as the platform says. */
  protected abstract readProgress(): Progress | undefined;

  /** Why it failed or was cancelled, in the platform's words. */
  protected abstract failureReason(): string;
}

/** Starts an execution, and waits for it when the options ask for that. The time limit counts from before the start. */
export async function startExecution<E extends Execution>(execution: E, options: ExecuteOptions): Promise<E> {
  checkWaitOptions(options);
  const { wait = options.timeout !== undefined, signal } = options;
  const { clock } = execution.requireConnection('execute').environment;
  const waiting = { ...options, since: clock.now() };
  if (wait) await checkProgressBar(execution, options);
  const limits: OwnCallOptions = { signal, sendWithin: secondsToSend(waiting, clock) };
  await execution.save({}, limits);
  noteStarted(execution, waiting, clock);
  return wait ? execution.wait(waiting) : execution;
}

/** An input in one line of at most `longest` characters. */
export function previewOf(input: unknown, longest: number): string {
  const text = JSON.stringify(input) ?? '';
  const characters = [...text];
  return characters.length <= longest ? text : `${characters.slice(0, longest - 1).join('')}…`;
}

/** Checks an input before it is sent. */
export function inputObject(input: unknown): string | undefined {
  return isObject(input) ? undefined : 'must be an object: one member per input';
}

/** The words a platform puts into free-form data about a failure, and the first of them that there are. */
export function failureIn(data: unknown): string {
  const { errors, error, cancelReason } = isObject(data) ? data : {};
  const texts = (Array.isArray(errors) ? errors : []).map(inWords).filter((text) => text !== '');
  return texts.join('; ') || inWords(error) || inWords(cancelReason);
}

function inWords(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  if (isObject(value) && typeof value.message === 'string') return value.message.trim();
  return value === undefined || value === null ? '' : JSON.stringify(value);
}
