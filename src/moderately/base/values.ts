/** A field's value if it is a text, whatever the platform has sent in its place; else undefined. */
export function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A field's value if it is a finite number; else undefined. */
export function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** The time of a field's value in milliseconds since 1970; NaN if it is not a date. */
export function timeIn(value: unknown): number {
  return value instanceof Date ? value.getTime() : Number.NaN;
}
