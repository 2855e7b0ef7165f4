import type { BaseResource, SaveOptions } from '../../index.js';
import { newRecord } from '../../vendor.js';
import { type Context, loadById } from '../context.js';
import { fieldNamed, writableFields } from '../entity-class.js';
import { brief, type Form, printRecord, RecordPrinter } from '../output/records.js';
import { UsageError } from '../usage-error.js';
import { fieldValues, type Given } from '../values.js';

/** Creates a record for each set of values, and prints them. All values are checked before the first is created. */
export async function create({ target, output, signal }: Context, given: readonly (readonly Given[])[], form: Form): Promise<void> {
  const fields = writableFields(target, 'create');
  const sets = given.map((set) => fieldValues(target, set, fields, 'created'));
  const records = sets.map((values) => newRecord(target, values) as BaseResource);
  if (records.length === 1) {
    await printRecord(await records[0]!.save({}, { signal }), target, output, form);
    return;
  }
  const printer = new RecordPrinter(target, output, form);
  try {
    for (const record of records) await printer.print(await record.save({}, { signal }));
  } catch (error) {
    if (printer.count > 0) output.note(`${printer.count} of ${records.length} were created before this failed.`);
    throw error;
  } finally {
    await printer.end();
  }
}

/** Changes fields of a record and prints it, and on standard error what has changed; secret values are left out. */
export async function update(context: Context, id: string, given: readonly Given[], form: Form): Promise<void> {
  const { target, output, signal } = context;
  const values = fieldValues(target, given, writableFields(target, 'update'), 'updated');
  if (Object.keys(values).length === 0) throw new UsageError('An update needs values.', `Write them as ${example(target)}.`);
  const record = await loadById(context, id);
  Object.assign(record, values);
  const changes = Object.entries(record.changes as Readonly<Record<string, { from: unknown; to: unknown }>>);
  await record.save({}, { signal } satisfies SaveOptions);
  for (const [field, { from, to }] of changes) {
    const isSecret = fieldNamed(target, field)?.secret;
    output.note(`${field}: ${isSecret ? '[redacted]' : `${brief(from) || 'nothing'} → ${brief(to) || 'nothing'}`}`);
  }
  if (changes.length === 0) output.note('Nothing has changed.');
  await printRecord(record, target, output, form);
}

function example(target: Context['target']): string {
  const [field] = writableFields(target, 'update');
  return `${field?.property ?? 'name'}=value`;
}
