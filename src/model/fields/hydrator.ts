import { timeOf } from '../state/instant.js';
import type { RecordState } from '../state/slot.js';
import type { FieldMetadata, Hydrator } from './metadata.js';

/** Sets a field whose value is not simply the scalar in the JSON. */
type SetField = (record: object, json: unknown, state: RecordState, field: FieldMetadata) => void;

/**
 * Compiles the hydrator of a class to generated code: scalars are set at the speed of plain assignments. Where a content security policy
 * forbids generated code, falls back to a loop, which takes about twice as long (bench/hydrate.mjs).
 */
export function compileHydrator(fields: readonly FieldMetadata[], setField: SetField): Hydrator {
  try {
    return new Function('fields', 'setField', 'timeOf', hydratorCode(fields))(fields, setField, timeOf) as Hydrator;
  } catch {
    return hydratorLoop(fields, setField);
  }
}

function hydratorCode(fields: readonly FieldMetadata[]): string {
  return `let json;\nreturn (record, saved, state) => {\n${fields.map(fieldCode).join('\n')}\n};`;
}

function fieldCode({ index, property, wire, reads, codec }: FieldMetadata): string {
  const set = `setField(record, json, state, fields[${index}]);`;
  if (!reads) return `json = undefined; ${set}`;
  const json = `json = saved[${JSON.stringify(wire)}];`;
  const own = `record[${JSON.stringify(property)}]`;
  if (codec.lazy !== 'nested') return `${json} ${set}`;
  const absent = `if (json === undefined && ${own} === undefined && state.detached === null) ${own} = undefined;`;
  if (codec.dates) return `${json} if (typeof json === 'string') ${own} = new Date(timeOf(json)); else ${absent} else ${set}`;
  return `${json} if (typeof json === 'object' ? json === null : json !== undefined) ${own} = json; else ${absent} else ${set}`;
}

/** The same without generated code. */
export function hydratorLoop(fields: readonly FieldMetadata[], setField: SetField): Hydrator {
  return (record, saved, state) => {
    for (const field of fields) setField(record, field.reads ? saved[field.wire] : undefined, state, field);
  };
}
