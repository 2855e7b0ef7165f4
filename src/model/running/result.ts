import type { Progress } from '../ports/waiter.js';
import { cut, type Inspect, inspectKey, shownMembers } from '../support/shown.js';
import { progressFrom } from '../waiting/progress.js';

/** What every operation of a platform may answer. */
export class BaseResult {
  /** The platform's status word. */
  readonly status: string;
  readonly completed: boolean;

  constructor(raw: Record<string, unknown>) {
    this.status = typeof raw.status === 'string' ? raw.status : 'IN_PROGRESS';
    this.completed = raw.completed === true;
    // Not enumerable: it would be printed and compared a second time.
    Object.defineProperty(this, 'raw', { value: raw, writable: false, enumerable: false, configurable: true });
  }

  /** The answer as it came. */
  declare readonly raw: Readonly<Record<string, unknown>>;

  /** Any member of the answer, by its name on the wire. */
  get(key: string): unknown {
    return Object.hasOwn(this.raw, key) ? this.raw[key] : undefined;
  }

  /**
   * How far the run is: what the answer says as `progress`, else its status word. Override for a platform that says it elsewhere.
   *
   * @param more Where else the answer says it; fills in what `progress` leaves out.
   */
  readProgress(...more: readonly unknown[]): Progress {
    return progressFrom(this.get('progress'), ...more) ?? { message: this.status };
  }

  /** One line per member that is set; long values are cut. */
  toString(): string {
    const shown = Object.entries(this).filter(([, value]) => value !== undefined && value !== null);
    return `${this.constructor.name}(\n${shown.map(([key, value]) => `  ${key}: ${textOf(value)}`).join('\n')}\n)`;
  }

  /** As Node prints any object, with long values cut as `toString()` cuts them. */
  [inspectKey](depth: number | null, options: object, inspect: Inspect): string {
    const { name } = this.constructor;
    return depth !== null && depth < 0 ? `[${name}]` : `${name} ${inspect(shownMembers(this, options, inspect), options)}`;
  }

  toJSON(): Readonly<Record<string, unknown>> {
    return this.raw;
  }
}

function textOf(value: unknown): string {
  return cut(typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value)));
}

/** The answer of a run. Members of the answer that have no property here are properties of the object all the same. */
export class Result<D = unknown> extends BaseResult {
  readonly errorMessage: string | null;
  /** Where the run is polled while it goes on. */
  readonly url: string | null;
  readonly result: unknown;
  readonly supplierError: unknown;
  readonly data: D;

  constructor(raw: Record<string, unknown>) {
    super(raw);
    this.errorMessage = text(raw.errorMessage ?? raw.error_message);
    this.url = text(raw.url);
    this.result = raw.result ?? null;
    this.supplierError = raw.supplierError ?? raw.supplier_error ?? null;
    this.data = (raw.data ?? null) as D;
    for (const key of Object.keys(raw)) {
      if (key in this || key === '__proto__') continue;
      // Writable, for a subclass may give a member a value of its own.
      Object.defineProperty(this, key, { value: raw[key], enumerable: true, configurable: true, writable: true });
    }
  }
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** The answer of a delete. */
export class DeleteResult extends Result {
  /** The id the record had. */
  readonly deletedId: string;

  constructor(raw: Record<string, unknown>) {
    const { deletedId, ...rest } = raw;
    super(rest);
    this.deletedId = String(deletedId);
  }
}
