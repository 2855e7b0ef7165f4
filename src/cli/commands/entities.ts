import { describedEntities } from '../context.js';
import { commandName, vendorTitles } from '../entities.js';
import { verbsOf } from '../entity-class.js';
import type { Io } from '../io.js';
import { jsonLine } from '../output/json.js';
import { Output } from '../output/output.js';
import { renderTable } from '../output/table.js';
import type { SessionOptions } from '../session.js';

/** Lists the entities of a platform, and those of required files, with what can be done with them. */
export async function entities({ json, ...options }: SessionOptions & { json?: boolean }, io: Io): Promise<void> {
  const described = await describedEntities(options, io);
  const output = new Output(io);
  const rows = [...described.entities]
    .map(([name, target]) => ({ entity: commandName(name), class: name, verbs: verbsOf(target) }))
    .filter((row) => row.verbs.length > 0);
  if (json) for (const row of rows) await output.write(jsonLine(row));
  else {
    output.note(
      `The entities of ${vendorTitles[described.platform]}${options.require?.length && described.platform !== 'own' ? ' and of the required files' : ''}:`,
    );
    const columns = [
      { title: 'entity', value: (row: (typeof rows)[number]) => row.entity },
      { title: 'verbs', value: (row: (typeof rows)[number]) => row.verbs.join(' ') },
    ];
    await output.line(renderTable(columns, rows, { width: output.width, style: output.style }));
  }
  await output.close();
}
