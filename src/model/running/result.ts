import type { Progress } from '../ports/waiter.js';
import { asText } from '../state/describe.js';
import { cut, type Inspect, inspectKey, shownMembers } from '../support/shown.js';
import { progressFrom } from '../waiting/progress.js';

/** The result of an operation of a platform. */
export class BaseResult {
  /** The platform's status word; 'IN_PROGRESS' when the response has none. */
  readonly status: string;
  /** Whether the response says `completed: true`. */
  readonly completed: boolean;

  /** @param raw The response. Default: an empty one. */
  constructor(raw: Record<string, unknown> = {}) {
    this.status = typeof raw.status === 'string' ? raw.status : 'IN_PROGRESS';
    this.completed = raw.completed === true;
    // Not enumerable, because otherwise its content would be printed and compared twice.
    Object.defineProperty(this, 'raw', { value: raw, writable: false, enumerable: false, configurable: true });
  }

  /** The response body as the platform sent it. */
  declare readonly raw: Readonly<Record<string, unknown>>;

  /** A member of the response by its wire name; undefined when it is absent. */
  get(key: string): unknown {
    return Object.hasOwn(this.raw, key) ? this.raw[key] : undefined;
  }

  /**
   * The progress of the run: the response's `progress`, else its status word as the message. Override for a platform that reports it
   * elsewhere.
   *
   * @param more Further values to read progress from; they supply what `progress` leaves out.
   */
  readProgress(...more: readonly unknown[]): Progress {
    return progressFrom(this.get('progress'), ...more) ?? { message: this.status };
  }

  /** One line per member that is set; values longer than 200 characters are cut. */
  toString(): string {
    const shown = Object.entries(this).filter(([, value]) => value !== undefined && value !== null);
    return `${this.constructor.name}(\n${shown.map(([key, value]) => `  ${key}: ${textOf(value)}`).join('\n')}\n)`;
  }

  /** As Node prints any object, with long values cut as `toString()` cuts them. */
  [inspectKey](depth: number | null, options: object, inspect: Inspect): string {
    const { name } = this.constructor;
    return depth !== null && depth < 0 ? `[${name}]` : `${name} ${inspect(shownMembers(this, options, inspect), options)}`;
  }

  /** The response as the platform sent it. */
  toJSON(): Readonly<Record<string, unknown>> {
    return this.raw;
  }
}

function textOf(value: unknown): string {
  return cut(asText(value, Number.POSITIVE_INFINITY));
}

/** The result of a run. Members of the response that are not declared here become properties of the result too. */
export class Result<D = unknown> extends BaseResult {
  /** The `errorMessage` or `error_message` of the response; null without one. */
  readonly errorMessage: string | null;
  /** The URL at which the run is polled while it is in progress; null without one. */
  readonly url: string | null;
  /** What the platform sent as `result`. */
  readonly result: unknown;
  /** What the supplier of the asset says went wrong. */
  readonly supplierError: unknown;
  /** What the run gave. */
  readonly data: D;

  constructor(raw: Record<string, unknown> = {}) {
    super(raw);
    this.errorMessage = text(raw.errorMessage ?? raw.error_message);
    this.url = text(raw.url);
    this.result = raw.result ?? null;
    this.supplierError = raw.supplierError ?? raw.supplier_error ?? null;
    this.data = (raw.data ?? null) as D;
    for (const key of Object.keys(raw)) {
      if (key in this || key === '__proto__') continue;
      // Writable, so that a subclass may assign a value of its own to a member.
      Object.defineProperty(this, key, { value: raw[key], enumerable: true, configurable: true, writable: true });
    }
  }
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** The result of a delete. */
export class DeleteResult extends Result {
  /** The id of the deleted record; '' when the result was made without one. */
  readonly deletedId: string;

  constructor(raw: Record<string, unknown> = {}) {
    const { deletedId, ...rest } = raw;
    super(rest);
    this.deletedId = deletedId === undefined ? '' : asText(deletedId);
  }
}
