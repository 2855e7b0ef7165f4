import { METHODS } from 'node:http';
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { importNeeded } from '../../model/support/optional-package.js';
import type { Platform } from '../context.js';
import type { EndedJob, EndedRequest, Observer } from './observer.js';
import { waitingJobs } from './waiting-jobs.js';
import { within } from './within.js';

/** Seconds that the database has to say what waits in the queue. Without it, the other metrics are served. */
const patience = 2;
/** The upper bounds of the histograms, in seconds. */
const requestBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const jobBuckets = [0.005, 0.025, 0.1, 0.5, 1, 5, 15, 60, 300, 900];

const gauges = {
  waiting: ['remote_record_jobs_waiting', 'Jobs in the queue that no worker has taken.'],
  oldest: ['remote_record_oldest_waiting_job_age_seconds', 'The time since the oldest of them was added; 0 without one.'],
  connections: ['remote_record_database_connections', 'Connections to PostgreSQL, idle ones included.'],
  idleConnections: ['remote_record_database_connections_idle', 'Those that nobody uses.'],
  mostConnections: ['remote_record_database_connections_max', 'Connections that there may be.'],
  connectionWaiters: ['remote_record_database_connections_waiting', 'Those who wait for a connection.'],
  processes: ['remote_record_block_processes', 'Child processes that run blocks, idle ones included.'],
  lagMedian: ['nodejs_eventloop_lag_p50_seconds', 'The delay of the event loop since the last collection: half were shorter.'],
  lagMost: ['nodejs_eventloop_lag_p99_seconds', 'The same: 99 of 100 were shorter.'],
  lagLongest: ['nodejs_eventloop_lag_max_seconds', 'The same: the longest.'],
  memory: ['process_resident_memory_bytes', 'Memory of the process.'],
  heap: ['nodejs_heap_size_used_bytes', 'Heap that is in use.'],
  started: ['process_start_time_seconds', 'When the process was started, in seconds since the epoch.'],
} as const;

/**
 * Counts what a platform does, for Prometheus. Labels are the patterns of routes, methods, statuses and kinds: none has an id or a text of
 * a client, so that their number is bounded.
 */
export class Metrics implements Observer {
  readonly #registry: Registry;
  readonly #requests: Histogram<'method' | 'route' | 'status'>;
  readonly #started: Counter<'kind'>;
  readonly #jobs: Histogram<'kind' | 'status'>;
  readonly #failures: Counter;
  readonly #cpu: Counter;
  readonly #gauges: Readonly<Record<keyof typeof gauges, Gauge>>;
  readonly #lag: IntervalHistogram;

  private constructor({ Registry, Counter, Gauge, Histogram }: typeof import('prom-client')) {
    const registers = [new Registry()];
    this.#registry = registers[0] as Registry;
    this.#requests = new Histogram({
      name: 'remote_record_request_duration_seconds',
      help: 'Requests, and the time until their responses began.',
      labelNames: ['method', 'route', 'status'],
      buckets: requestBuckets,
      registers,
    });
    this.#started = new Counter({
      name: 'remote_record_jobs_started_total',
      help: 'Executions that this process has begun, repeated attempts included.',
      labelNames: ['kind'],
      registers,
    });
    this.#jobs = new Histogram({
      name: 'remote_record_job_duration_seconds',
      help: 'Executions that have ended in this process, by the status of their records.',
      labelNames: ['kind', 'status'],
      buckets: jobBuckets,
      registers,
    });
    this.#failures = new Counter({
      name: 'remote_record_failures_total',
      help: 'What failed without a response that tells it.',
      registers,
    });
    this.#cpu = new Counter({ name: 'process_cpu_seconds_total', help: 'Processor time of the process.', registers });
    const made = Object.entries(gauges).map(([key, [name, help]]) => [key, new Gauge({ name, help, registers })]);
    this.#gauges = Object.fromEntries(made) as Record<keyof typeof gauges, Gauge>;
    this.#lag = monitorEventLoopDelay({ resolution: 10 });
    this.#lag.enable();
  }

  /** @throws ConfigurationError when prom-client is not installed. */
  static async open(): Promise<Metrics> {
    return new Metrics(await importNeeded<typeof import('prom-client')>('prom-client', 'Metrics need the package prom-client.'));
  }

  requestEnded({ method, route, status, seconds }: EndedRequest): void {
    const known = METHODS.includes(method) ? method : 'OTHER';
    this.#requests.observe({ method: known, route, status: status === undefined ? 'none' : String(status) }, seconds);
  }

  jobStarted(kind: string): void {
    this.#started.inc({ kind });
  }

  jobEnded({ kind, status, seconds }: EndedJob): void {
    this.#jobs.observe({ kind, status }, seconds);
  }

  failed(): void {
    this.#failures.inc();
  }

  /** The metrics in Prometheus' text format. */
  async respond(platform: Pick<Platform, 'store' | 'connections' | 'clock' | 'processes' | 'observer'>): Promise<Response> {
    const { waiting, oldest, processes, lagMedian, lagMost, lagLongest, memory, heap, started } = this.#gauges;
    try {
      const jobs = await within(patience, waitingJobs(platform.store, platform.connections ? 'postgres' : 'sqlite'));
      waiting.set(jobs.count);
      oldest.set(jobs.oldest === undefined ? 0 : Math.max(0, (platform.clock.now() - jobs.oldest) / 1000));
    } catch (error) {
      waiting.remove();
      oldest.remove();
      platform.observer?.failed('The jobs that wait cannot be counted', error);
    }
    const use = platform.connections?.use;
    if (use) {
      this.#gauges.connections.set(use.total);
      this.#gauges.idleConnections.set(use.idle);
      this.#gauges.mostConnections.set(use.max);
      this.#gauges.connectionWaiters.set(use.waiting);
    }
    processes.set(platform.processes.pids.length);
    lagMedian.set(this.#lag.percentile(50) / 1e9);
    lagMost.set(this.#lag.percentile(99) / 1e9);
    lagLongest.set(this.#lag.max / 1e9);
    this.#lag.reset();
    memory.set(process.memoryUsage.rss());
    heap.set(process.memoryUsage().heapUsed);
    started.set(Math.round(Date.now() / 1000 - process.uptime()));
    const { user, system } = process.cpuUsage();
    this.#cpu.reset();
    this.#cpu.inc((user + system) / 1e6);
    return new Response(await this.#registry.metrics(), { headers: { 'content-type': this.#registry.contentType } });
  }

  close(): void {
    this.#lag.disable();
  }
}
