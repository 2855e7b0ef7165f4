import type { Logger } from 'pino';
import { importNeeded } from '../../model/support/optional-package.js';
import type { LogTarget } from '../options.js';
import type { EndedJob, EndedRequest, Observer } from './observer.js';

/** Requests that balancers and collectors repeat every few seconds: they are logged when they fail. */
const probes: readonly string[] = ['/health', '/ready', '/metrics'];

const milliseconds = (seconds: number): number => Math.round(seconds * 1e6) / 1e3;

/** Writes a line of JSON for each request and each job that ends, and for what fails, without secrets. */
export class LogLines implements Observer {
  readonly #logger: Logger;

  private constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** @throws ConfigurationError when pino is not installed. */
  static async open(target: LogTarget, redact: (text: string) => string): Promise<LogLines> {
    const { pino, stdTimeFunctions } = await importNeeded<typeof import('pino')>('pino', 'Logs as JSON need the package pino.');
    const options = { timestamp: stdTimeFunctions.isoTime, formatters: { level: (level: string) => ({ level }) } };
    return new LogLines(pino(options, { write: (line: string) => void target.write(redact(line)) }));
  }

  requestEnded({ requestId: id, method, route, path, status, seconds, error }: EndedRequest): void {
    const failed = status === undefined || status >= 500;
    if (!failed && probes.includes(route)) return;
    const line = { id, method, route, path, status, ms: milliseconds(seconds), ...(error !== undefined && { err: error }) };
    if (failed) this.#logger.error(line, 'request');
    else this.#logger.info(line, 'request');
  }

  jobStarted(): void {}

  jobEnded({ kind, subjectId, status, seconds }: EndedJob): void {
    this.#logger.info({ kind, subjectId, status, ms: milliseconds(seconds) }, 'job');
  }

  failed(what: string, error: unknown): void {
    this.#logger.error({ err: error }, what);
  }

  close(): void {}
}
