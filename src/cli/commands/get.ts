import { type Context, loadById } from '../context.js';
import { type Form, printRecord, RecordPrinter } from '../output/records.js';

/** Prints records by their ids: one below its fields, several as a search prints them. */
export async function get(context: Context, ids: readonly string[], form: Form): Promise<void> {
  const { target, output } = context;
  if (ids.length === 1) {
    await printRecord(await loadById(context, ids[0]!), target, output, form);
    return;
  }
  const printer = new RecordPrinter(target, output, form);
  for (const id of ids) await printer.print(await loadById(context, id));
  await printer.end();
}
