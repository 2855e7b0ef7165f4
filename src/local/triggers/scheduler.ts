import { bodyOf, findRow, updateAsset } from '../assets/rows.js';
import { isRecord } from '../assets/spelling.js';
import type { PlatformClock } from '../clock.js';
import { timestamp } from '../clock.js';
import type { Coordinator } from '../coordination/coordinator.js';
import { assetJob } from '../executions/job-kinds.js';
import { insertRun } from '../executions/start.js';
import type { JobQueue } from '../queue/queue.js';
import type { Store } from '../store/database.js';
import type { CreationContext } from '../store/ids.js';
import type { JsonRecord } from '../store/record-kinds.js';
import type { AssetRow } from '../store/schema.js';
import { rowsOf } from '../store/statements.js';
import { scheduleOf } from './schedule.js';

/** The longest time, in milliseconds, after which the platform's clock is read again: its source may be any function. */
const longestWait = 1000;

/**
 * When a trigger is due next, as its record says it: null for one that is disabled, that has no schedule, or whose time is over.
 * @throws ScheduleProblem for a configuration that is no schedule.
 */
export function nextRunAt({ enabled, triggerType, configuration }: JsonRecord, created: number, after: number): string | null {
  if (triggerType !== 'time' || !isRecord(configuration)) return null;
  const next = scheduleOf(configuration, created).next(after);
  return enabled === false || next === undefined ? null : new Date(next).toISOString();
}

/** What a scheduler works with. */
interface SchedulerServices {
  clock: PlatformClock;
  newId(): string;
  store: Store;
  queue: JobQueue;
  coordinator: Coordinator;
}

/** Starts the agents of triggers that are due by the platform's clock. */
export class TriggerScheduler {
  readonly #context: CreationContext;
  readonly #clock: PlatformClock;
  readonly #store: Store;
  readonly #queue: JobQueue;
  readonly #coordinator: Coordinator;
  #timer: NodeJS.Timeout | undefined;
  #next = Number.POSITIVE_INFINITY;
  #working: Promise<void> = Promise.resolve();
  #stopped = true;

  constructor({ clock, newId, store, queue, coordinator }: SchedulerServices) {
    this.#context = { clock, newId };
    this.#clock = clock;
    this.#store = store;
    this.#queue = queue;
    this.#coordinator = coordinator;
    coordinator.subscribe('triggers', () => void this.#read());
  }

  /** Starts what is due already, and then what becomes due. */
  async start(): Promise<void> {
    this.#stopped = false;
    this.#clock.onAdvance = () => this.#check();
    await this.#read();
  }

  /** Stops the timer, once what is due has been started. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#clock.onAdvance = () => {};
    clearTimeout(this.#timer);
    await this.#working;
  }

  /** Starts what is due and reads when the next trigger is, on every server, because triggers have changed. */
  async changed(): Promise<void> {
    this.#coordinator.publish('triggers');
    await this.#read();
  }

  #read(): Promise<void> {
    this.#working = this.#working
      .then(() => this.#startDue())
      // Tried again with the next change, or when the clock is read again.
      .catch(() => {
        this.#next = Number.NEGATIVE_INFINITY;
      })
      .then(() => this.#wait());
    return this.#working;
  }

  #wait(): void {
    clearTimeout(this.#timer);
    if (this.#stopped || this.#next === Number.POSITIVE_INFINITY) return;
    const wait = Math.min(Math.max(this.#next - this.#clock.now(), 0), longestWait);
    // What cannot be read now is not read again at once.
    this.#timer = setTimeout(() => this.#check(), this.#next === Number.NEGATIVE_INFINITY ? longestWait : wait);
    this.#timer.unref();
  }

  #check(): void {
    if (this.#stopped) return;
    if (this.#clock.now() >= this.#next) void this.#read();
    else this.#wait();
  }

  async #startDue(): Promise<void> {
    if (this.#stopped) return;
    const rows = await rowsOf<AssetRow>(this.#store, "select * from assets where collection = 'triggers'", []);
    const now = this.#clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const row of rows) {
      const record = bodyOf(row);
      if (typeof record.nextRunAt !== 'string') continue;
      const due = Date.parse(record.nextRunAt);
      const later = due <= now ? await this.#fire(row, now) : due;
      next = Math.min(next, later ?? Number.POSITIVE_INFINITY);
    }
    this.#next = next;
    this.#queue.wake();
  }

  /** Starts the agent of a trigger and says when the trigger is due again. Times that were missed count once. */
  async #fire({ assetId }: AssetRow, now: number): Promise<number | undefined> {
    return await this.#store.transaction().execute(async (store) => {
      const row = await store.selectFrom('assets').selectAll().where('assetId', '=', assetId).executeTakeFirst();
      const record = row && bodyOf(row);
      // It may have been changed or deleted meanwhile.
      if (!record || typeof record.nextRunAt !== 'string') return undefined;
      if (Date.parse(record.nextRunAt) > now) return Date.parse(record.nextRunAt);
      const runId = await startTriggered(this.#context, this.#queue, store, row, 0);
      const next = nextRunAt(record, Date.parse(row.createdAt), now);
      const state = { lastRunAt: timestamp(this.#clock), nextRunAt: next, enqueued: true, lastRequestId: runId };
      await updateAsset(store, this.#clock, row, { ...record, ...state });
      return next === null ? undefined : Date.parse(next);
    });
  }
}

/** Adds a run of a trigger's agent to the queue, in a transaction; the run says which trigger it is of. */
async function startTriggered(
  context: CreationContext,
  queue: JobQueue,
  store: Store,
  trigger: AssetRow,
  attempt: number,
): Promise<string> {
  const { assetId, agentId, input = null } = bodyOf(trigger);
  const key = String(assetId ?? agentId ?? '');
  // An agent that does not exist fails the run.
  const agent = (await findRow(store, [trigger.teamId], key)) ?? { assetId: key, collection: 'agents' };
  const origin = { teamId: trigger.teamId, apiKeyId: null, sessionId: null, extras: { triggerId: trigger.assetId, attempt } };
  const { runId } = await insertRun(context, store, origin, agent, { query: input });
  await queue.add(store, assetJob, runId);
  return runId;
}

/** Writes the end of a run to the trigger that started it, in a transaction. A run that failed is repeated `retryCount` times. */
export async function finishTriggered(
  { queue, ...context }: CreationContext & { queue: JobQueue },
  store: Store,
  { triggerId, attempt }: JsonRecord,
  failed: boolean,
): Promise<void> {
  const row = await store.selectFrom('assets').selectAll().where('assetId', '=', String(triggerId)).executeTakeFirst();
  if (!row) return;
  const record = bodyOf(row);
  const again = failed && Number(attempt) < Number(record.retryCount ?? 0);
  const lastRequestId = again ? await startTriggered(context, queue, store, row, Number(attempt) + 1) : record.lastRequestId;
  const failureCount = failed ? Number(record.failureCount ?? 0) + 1 : 0;
  await updateAsset(store, context.clock, row, { ...record, failureCount, enqueued: again, lastRequestId });
}
