import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { Column, EngineServices, OpenedDataset, ParsingOptions, Row } from '../engine/types.js';

/** A table in a file. */
export interface TableFile {
  path: string;
  fileType: 'csv' | 'xlsx';
  /** The columns of its schema as JSON; null for text only. They are parsed where they are used, because there can be many. */
  columns: string | null;
  /** The parsing options as JSON. */
  parsingOptions: string | null;
}

/** A dataset as a child reads it. */
export interface DatasetSource {
  name: string;
  table: TableFile;
}

/** A file as a child reads it. */
export interface FileSource {
  name: string;
  mimeType: string;
  /** Bytes. */
  size: number;
  path: string;
}

/** Finds the files that hold the datasets and files of a team. */
export interface Sources {
  dataset(id: string): Promise<DatasetSource>;
  file(id: string): Promise<FileSource>;
}

const sourcesKey = Symbol('sources');

/** The sources behind services of the engine, for a child that works in their place. */
export function sourcesOf(services: EngineServices & { [sourcesKey]?: Sources }): Sources {
  const none = async (): Promise<never> => {
    throw new Error('There are no datasets and no files here.');
  };
  return services[sourcesKey] ?? { dataset: none, file: none };
}

/** The rows of a table, read when they are iterated. */
export async function* readTable({ path, fileType, columns, parsingOptions }: TableFile): AsyncGenerator<Row> {
  const { parseTable } = await import('../engine/index.js');
  const stream = createReadStream(path, { highWaterMark: 1024 * 1024 });
  try {
    yield* parseTable(stream, {
      fileType,
      columns: parsed<Column[]>(columns),
      parsingOptions: parsed<ParsingOptions>(parsingOptions),
    });
  } finally {
    stream.destroy();
  }
}

/** The services of the engine over sources. */
export function engineServices(
  sources: Sources,
  others: Pick<EngineServices, 'handlers' | 'llm'>,
): EngineServices & { [sourcesKey]: Sources } {
  return {
    ...others,
    [sourcesKey]: sources,
    async openDataset(id): Promise<OpenedDataset> {
      const { name, table } = await sources.dataset(id);
      return { name, columns: parsed<Column[]>(table.columns), rows: readTable(table) };
    },
    async openFile(id) {
      const { path, ...file } = await sources.file(id);
      return { ...file, stream: file.size === 0 ? Readable.from([]) : createReadStream(path, { highWaterMark: 1024 * 1024 }) };
    },
  };
}

function parsed<T>(json: string | null): T | null {
  return json === null ? null : (JSON.parse(json) as T);
}
