import type { Aixplain } from './connection.js';
import type { AixplainRecord } from './record.js';

/** The connection of a record, whose classes make records of other kinds. Imports of those classes would be a cycle. */
export function classesOf(record: AixplainRecord, operation: string): Aixplain {
  return record.requireConnection(operation) as Aixplain;
}
