/** How many have been written by `JSON.stringify`, which cannot write their digits. */
let written = 0;
/** Whether any have been made, so that what looks for them costs nothing where there are none. */
let made = false;

/**
 * A number of JSON that JavaScript's numbers cannot hold, with its digits as they came. It stands in saved states and in bodies only:
 * users read its value.
 */
export class WireNumber {
  readonly #digits: string;
  readonly #isBigInt: boolean;

  constructor(digits: string, isBigInt = false) {
    this.#digits = digits;
    this.#isBigInt = isBigInt;
    made = true;
  }

  /** A bigint as a number of JSON. */
  static of(value: bigint): WireNumber {
    return new WireNumber(String(value), true);
  }

  get digits(): string {
    return this.#digits;
  }

  /** The number as `JSON.parse` would give it; of a bigint its digits as text. */
  get value(): number | string {
    return this.#isBigInt ? this.#digits : Number(this.#digits);
  }

  /** Whether a value is this number, as far as the value can tell. */
  is(other: unknown): boolean {
    if (other instanceof WireNumber) return other.#digits === this.#digits;
    if (typeof other === 'bigint') return String(other) === this.#digits;
    return typeof other === 'number' && other === Number(this.#digits);
  }

  valueOf(): number {
    return Number(this.#digits);
  }

  toString(): string {
    return this.#digits;
  }

  toJSON(): number | string {
    written++;
    return this.value;
  }

  get [Symbol.toStringTag](): string {
    return 'WireNumber';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.#digits;
  }
}

/** Writes a value by `write`, which calls `JSON.stringify`; tells whether it met numbers whose digits that has lost. */
export function losesDigits<T>(write: () => T): { result: T; lost: boolean } {
  const before = written;
  const result = write();
  return { result, lost: written !== before };
}

/** Whether there may be any. */
export function anyMade(): boolean {
  return made;
}

/** Whether two values of JSON, one of which may be a bigint, are the same number. */
export function sameNumber(local: unknown, saved: unknown): boolean {
  if (!made) return false;
  if (saved instanceof WireNumber) return saved.is(local);
  if (local instanceof WireNumber) return local.is(saved);
  return typeof local === 'bigint' && typeof saved === 'number' && Number(local) === saved;
}

/** JSON as users read it: the same where it holds no such number, else a copy with plain values. */
export function readable<T>(json: T): T {
  return made ? (replaced(json) as T) : json;
}

function replaced(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof WireNumber) return value.value;
  if (Array.isArray(value)) {
    const items = value.map(replaced);
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  let copy: Record<string, unknown> | undefined;
  for (const [key, item] of Object.entries(value)) {
    const plain = replaced(item);
    if (plain === item) continue;
    copy ??= { ...value };
    copy[key] = plain;
  }
  return copy ?? value;
}
