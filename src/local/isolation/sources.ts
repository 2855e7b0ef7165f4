import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { Column, EngineServices, OpenedDataset, ParsingOptions, Row } from '../engine/types.js';

/** How a table is read. */
export interface TableFormat {
  fileType: 'csv' | 'xlsx';
  /** The columns of its schema as JSON; null for text only. They are parsed where they are used, because there can be many. */
  columns: string | null;
  /** The parsing options as JSON. */
  parsingOptions: string | null;
}

/** A table in a file. */
export interface TableFile extends TableFormat {
  path: string;
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

const none = async (): Promise<never> => {
  throw new Error('There are no datasets and no files here.');
};

export const noSources: Sources = { dataset: none, file: none };

/** Sources whose files exist until they are released. */
export interface LentSources extends Sources {
  release(): Promise<void>;
}

/** Opens bytes when they are read. */
type Open = () => Readable | Promise<Readable>;

/** Finds the datasets and files of a team for readers in this process. */
export interface Readers {
  dataset(id: string): Promise<{ name: string; table: TableFormat; open: Open }>;
  file(id: string): Promise<Omit<FileSource, 'path'> & { open: Open }>;
}

const lendKey = Symbol('lend');

/** The sources behind services of the engine, for a child that works in their place. The caller releases them. */
export function lentSources(services: EngineServices & { [lendKey]?: () => LentSources }): LentSources {
  return services[lendKey]?.() ?? { ...noSources, release: async () => {} };
}

async function* rows({ fileType, columns, parsingOptions }: TableFormat, open: Open): AsyncGenerator<Row> {
  const { parseTable } = await import('../engine/index.js');
  const stream = await open();
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

const openPath = (path: string): Readable => createReadStream(path, { highWaterMark: 1024 * 1024 });

/** The rows of a table, read when they are iterated. */
export function readTable({ path, ...format }: TableFile): AsyncGenerator<Row> {
  return rows(format, () => openPath(path));
}

/** A stream of bytes that are opened when it is read. */
function lazily(open: Open): Readable {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield* await open();
  }
  return Readable.from(bytes(), { objectMode: false });
}

/**
 * The services of the engine.
 * @param lend Gives the sources to a child that works in their place.
 */
export function servicesOver(
  readers: Readers,
  others: Pick<EngineServices, 'handlers' | 'llm'>,
  lend: () => LentSources,
): EngineServices & { [lendKey]: () => LentSources } {
  return {
    ...others,
    [lendKey]: lend,
    async openDataset(id): Promise<OpenedDataset> {
      const { name, table, open } = await readers.dataset(id);
      return { name, columns: parsed<Column[]>(table.columns), rows: rows(table, open) };
    },
    async openFile(id) {
      const { open, ...file } = await readers.file(id);
      return { ...file, stream: file.size === 0 ? Readable.from([]) : lazily(open) };
    },
  };
}

/** The services of the engine over sources. */
export function engineServices(sources: Sources, others: Pick<EngineServices, 'handlers' | 'llm'>): EngineServices {
  const readers: Readers = {
    async dataset(id) {
      const { name, table } = await sources.dataset(id);
      return { name, table, open: () => openPath(table.path) };
    },
    async file(id) {
      const { path, ...file } = await sources.file(id);
      return { ...file, open: () => openPath(path) };
    },
  };
  return servicesOver(readers, others, () => ({ ...sources, release: async () => {} }));
}

function parsed<T>(json: string | null): T | null {
  return json === null ? null : (JSON.parse(json) as T);
}
