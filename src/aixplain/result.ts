import { type Progress, Result } from '#front';
import { isObject } from '../vendor.js';
import { latestStep } from './steps.js';
import { usageOf } from './usage.js';

/** The result of a run. Its cost is in the same place for every service; everything else is as the platform sent it. */
export class AixplainResult<D = unknown> extends Result<D> {
  /** The id of the request that the platform gave. */
  readonly requestId: string | null;
  /** The session of the run. */
  readonly sessionId: string | null;
  /** In seconds; 0 if the platform does not say. */
  readonly runTime: number;
  /** What it cost, in credits. */
  readonly usedCredits: number;
  /** Token counts and similar figures. */
  readonly usage: unknown;
  /** The asset that was run, as the platform describes it. */
  readonly asset: unknown;
  /** The error codes with which the platform diagnoses an agent's run. */
  readonly diagnosticErrorCodes: readonly unknown[];

  constructor(raw: Record<string, unknown>) {
    super(raw);
    const { runTime, usedCredits } = usageOf(raw);
    this.requestId = textOf(raw.requestId ?? raw.request_id);
    this.sessionId = textOf(raw.sessionId ?? raw.session_id);
    this.runTime = runTime;
    this.usedCredits = usedCredits;
    this.usage = raw.usage ?? null;
    this.asset = raw.asset ?? null;
    this.diagnosticErrorCodes = diagnosis(raw);
  }

  /** The run's id: the request id, else the one in the URL that is polled; null if neither is known. */
  get executionId(): string | null {
    const inUrl = (/\/sdk\/agents\/([^/?#]+)/.exec(this.url ?? '') ?? /\/([^/?]+)\/result(?:$|\?)/.exec(this.url ?? ''))?.[1];
    return this.requestId ?? (inUrl === undefined ? null : decodeURIComponent(inUrl));
  }

  /** The progress of an agent's run is that of its steps. */
  override readProgress(...more: readonly unknown[]): Progress {
    return super.readProgress(...more, ...latestStep(this.raw));
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** The codes are at the top of the response, in its `data`, or in the `executionStats` of that. */
function diagnosis(raw: Record<string, unknown>): readonly unknown[] {
  const data = isObject(raw.data) ? raw.data : {};
  const stats = isObject(data.executionStats) ? data.executionStats : {};
  const found = [raw, data, stats].flatMap((at) => [at.diagnosticErrorCodes, at.diagnostic_error_codes]).find(Array.isArray);
  return (found as readonly unknown[] | undefined) ?? [];
}
