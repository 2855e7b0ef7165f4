import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ConfigurationError } from '../../model/errors/index.js';
import type { Sum, TableName } from './tables.js';

/** The version of what a folder with an export has. */
export const format = 1;

/** What says that an export is complete, and what it has. */
export interface Manifest {
  format: number;
  /** The same however often the platform is exported. */
  platform: string;
  /** The migrations of the database, in order. */
  migrations: readonly string[];
  tables: Readonly<Record<TableName, Sum>>;
  objects: ObjectsSum;
}

/** How many objects there are, and how many bytes they have. */
export interface ObjectsSum {
  count: number;
  bytes: number;
}

/** The content of a file while it is copied. */
export interface Content {
  size: number;
  sha256: string;
}

/** Names the platform without telling a secret of it. */
export function platformName(settings: { teamId: string; userId: string }): string {
  return createHash('sha256').update(`${settings.teamId} ${settings.userId}`).digest('hex').slice(0, 32);
}

/**
 * A folder with an export: `tables/NAME.jsonl` with a row on each line, `objects/AB/SHA256` with the bytes of objects, and `export.json` when it
 * is complete, `unfinished.json` before. Only its owner can read it: it has the platform's keys.
 */
export class ExportFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = resolve(path);
  }

  table(name: TableName): string {
    return join(this.path, 'tables', `${name}.jsonl`);
  }

  /** The file of an object: objects of the same content have one. */
  object(sha256: string): string {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error(`'${sha256}' is not a SHA-256 in hexadecimal.`);
    return join(this.path, 'objects', sha256.slice(0, 2), sha256);
  }

  /**
   * Prepares the folder for an export, or for going on with one of the same platform.
   * @throws ConfigurationError when it has anything else.
   */
  async begin(platform: string): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    const entries = await readdir(this.path);
    if (entries.includes('export.json')) {
      throw new ConfigurationError(`${this.path} has a complete export already. Give another folder, or remove that one first.`);
    }
    const unfinished = await this.#read<{ platform: string }>('unfinished.json');
    if (!unfinished && entries.some((name) => name !== 'unfinished.json.part')) {
      throw new ConfigurationError(`${this.path} is not empty, and no export was begun there. Give an empty folder, or a new one.`);
    }
    if (unfinished && unfinished.platform !== platform) {
      throw new ConfigurationError(
        `${this.path} has an unfinished export of another platform. Give another folder, or remove that one first.`,
      );
    }
    await this.#write('unfinished.json', { platform });
    for (const name of ['tables', 'objects']) await mkdir(join(this.path, name), { recursive: true, mode: 0o700 });
  }

  /** Says that the export is complete. */
  async end(manifest: Manifest): Promise<void> {
    await this.#write('export.json', manifest);
    await rm(join(this.path, 'unfinished.json'), { force: true });
  }

  /** @throws ConfigurationError when there is no complete export. */
  async manifest(): Promise<Manifest> {
    const manifest = await this.#read<Manifest>('export.json');
    if (!manifest) {
      const unfinished = await this.#read('unfinished.json');
      throw new ConfigurationError(
        unfinished
          ? `The export in ${this.path} is not complete: run remote-record local export again, which goes on with it.`
          : `There is no export in ${this.path}.`,
      );
    }
    if (manifest.format === format) return manifest;
    throw new ConfigurationError(
      `The export in ${this.path} has the format ${manifest.format}, this version reads ${format}: use the version that wrote it.`,
    );
  }

  async #read<Content>(name: string): Promise<Content | undefined> {
    try {
      return JSON.parse(await readFile(join(this.path, name), 'utf8')) as Content;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Writes a file in one step, so that it is there as a whole or not at all, whenever the process ends. */
  async #write(name: string, content: object): Promise<void> {
    const path = join(this.path, name);
    await replaceFile(path, async (write) => write(`${JSON.stringify(content, null, 2)}\n`));
  }
}

/** Writes a file beside its place, and moves it there when it is complete and on the disk. */
export async function replaceFile(
  path: string,
  fill: (write: (content: string | Uint8Array) => Promise<void>) => Promise<void>,
): Promise<void> {
  const part = `${path}.part`;
  const file = await open(part, 'w', 0o600);
  try {
    await fill(async (content) => {
      await file.writeFile(content);
    });
    await file.sync();
  } catch (error) {
    await file.close();
    await rm(part, { force: true });
    throw error;
  }
  await file.close();
  await rename(part, path);
}

/** What a file has. */
export async function contentOf(source: AsyncIterable<Uint8Array>): Promise<Content> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of source) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { size, sha256: hash.digest('hex') };
}

export const readFrom = (path: string): AsyncIterable<Uint8Array> => createReadStream(path, { highWaterMark: 2 ** 20 });
