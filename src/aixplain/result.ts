import { type Progress, Result } from '#front';
import { isObject } from '../vendor.js';
import { latestStep } from './steps.js';
import { usageOf } from './usage.js';

/** The answer of a run. What it cost is in the same place whichever service answered; everything else is as the platform sent it. */
export class AixplainResult<D = unknown> extends Result<D> {
  readonly requestId: string | null;
  readonly sessionId: string | null;
  /** Seconds; 0 when the platform does not say. */
  readonly runTime: number;
  readonly usedCredits: number;
  /** Token counts and the like. */
  readonly usage: unknown;
  readonly asset: unknown;
  /** Codes of the platform's own diagnosis of an agent's run. */
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

  /** The run's id: the request's, else the one in the address it is polled at; null when neither is known. */
  get executionId(): string | null {
    const inUrl = /\/([^/?]+)\/result(?:$|\?)/.exec(this.url ?? '')?.[1];
    return this.requestId ?? (inUrl === undefined ? null : decodeURIComponent(inUrl));
  }

  /** An agent's run says how far it is by its steps. */
  override readProgress(): Progress {
    return super.readProgress(...latestStep(this.raw));
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** At the top of the answer, else in its data, else in the statistics there. */
function diagnosis(raw: Record<string, unknown>): readonly unknown[] {
  const data = isObject(raw.data) ? raw.data : {};
  const stats = isObject(data.executionStats) ? data.executionStats : {};
  const found = [raw, data, stats].flatMap((at) => [at.diagnosticErrorCodes, at.diagnostic_error_codes]).find(Array.isArray);
  return (found as readonly unknown[] | undefined) ?? [];
}
