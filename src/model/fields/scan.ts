import { type FieldMetadata, isLazy, type Scan } from './metadata.js';

/**
 * Compiles the scan of a class to generated code: one comparison per field, at the speed of plain property reads. Where a content security
 * policy forbids generated code, falls back to a loop, which is about five times slower (bench/state.mjs).
 */
export function compileScan(fields: readonly FieldMetadata[]): Scan {
  try {
    const scan = `return (record, saved, values, times, from) => {\n${scanCode(fields)}\n};`;
    return new Function('getterOf', 'getters', scan)(
      getterOf,
      fields.map(({ accessor }) => accessor.get),
    ) as Scan;
  } catch {
    return scanInLoop(fields);
  }
}

/** Each case falls through to the next, so a scan can continue after the field where the last one stopped. */
function scanCode(fields: readonly FieldMetadata[]): string {
  const cases = fields.map((field) => `case ${field.index}: ${fieldCode(field)}`);
  return `let json, local;\nswitch (from) {\n${cases.join('\n')}\n}\nreturn -1;`;
}

function fieldCode({ index, property, wire, reads, sends, codec, equals, dateIndex }: FieldMetadata): string {
  if (!sends) return '';
  const local = `record[${JSON.stringify(property)}]`;
  const found = `return ${index};`;
  const isRedefined = `getterOf(record, ${JSON.stringify(property)}) !== getters[${index}]`;
  const isTouched = `(values !== null && values[${index}] !== undefined) || ${isRedefined}`;
  if (!reads) return `if (${local} !== undefined) ${found}`;
  if (codec.lazy === 'always') return `if (${isTouched}) ${found}`;
  const differs = `${local} !== json`;
  const plain = dateIndex < 0 ? differs : `json == null ? ${differs} : ${equals ? 'true' : dateDiffers(local, dateIndex)}`;
  return [
    `json = saved[${JSON.stringify(wire)}];`,
    `if (typeof json === 'object' && json !== null ? ${isTouched} : (${plain})) ${found}`,
  ].join(' ');
}

/** A date is compared with its saved time stamp. NaN never equals anything, so an invalid date leads to a comparison by value. */
function dateDiffers(local: string, dateIndex: number): string {
  return `!((local = ${local}) instanceof Date) || times === null || local.getTime() !== times[${dateIndex}]`;
}

/** The getter of an own property; undefined for one that the user has deleted or redefined as data. */
function getterOf(record: object, property: string): PropertyDescriptor['get'] {
  return Object.getOwnPropertyDescriptor(record, property)?.get;
}

/** The same scan without generated code. */
export function scanInLoop(fields: readonly FieldMetadata[]): Scan {
  return (record, saved, values, times, from) => {
    for (const field of fields) {
      if (field.index >= from && mayDiffer(field, record as Record<string, unknown>, saved, values, times)) return field.index;
    }
    return -1;
  };
}

function mayDiffer(
  { index, property, wire, reads, sends, codec, equals, dateIndex, accessor }: FieldMetadata,
  record: Readonly<Record<string, unknown>>,
  saved: Readonly<Record<string, unknown>>,
  values: readonly unknown[] | null,
  times: readonly number[] | null,
): boolean {
  if (!sends) return false;
  if (!reads) return record[property] !== undefined;
  const json = saved[wire];
  if (isLazy(codec, json)) return (values !== null && values[index] !== undefined) || getterOf(record, property) !== accessor.get;
  const local = record[property];
  if (dateIndex < 0 || json === undefined || json === null) return local !== json;
  return equals !== undefined || !(local instanceof Date) || times === null || local.getTime() !== times[dateIndex];
}
