import { existsSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { ConfigurationError } from '../../../model/errors/index.js';

/** Bytes of the header of a database file (https://www.sqlite.org/fileformat2.html#the_database_header). */
const headerSize = 100;
const magic = 'SQLite format 3\0';
/** Bytes of the header of a write-ahead log, and of each of its frames (https://www.sqlite.org/fileformat2.html#walformat). */
const logHeaderSize = 32;
const frameHeaderSize = 24;

const restore = 'Nothing was changed. Restore platform.db and platform.db-wal together from a backup, or use another folder';

async function read(file: FileHandle, length: number, position: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The checksum of a log: of two words, over the words of `bytes` in either byte order. */
function checksum(bytes: Buffer, littleEndian: boolean, [first, second]: [number, number]): [number, number] {
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    first = (first + (littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)) + second) >>> 0;
    second = (second + (littleEndian ? bytes.readUInt32LE(at + 4) : bytes.readUInt32BE(at + 4)) + first) >>> 0;
  }
  return [first, second];
}

function carries(bytes: Buffer, at: number, [first, second]: [number, number]): boolean {
  return bytes.readUInt32BE(at) === first && bytes.readUInt32BE(at + 4) === second;
}

/**
 * Where a write-ahead log is damaged, as an offset in bytes; undefined for one that is not. SQLite ignores everything from the
 * first frame whose checksum is wrong. Such a frame at the end is what a process leaves that was killed while it wrote it, and
 * frames with another salt are left from before the log was begun anew; but a frame of this log behind it is lost data.
 */
async function damageOf(log: FileHandle, size: number): Promise<number | undefined> {
  const header = await read(log, logHeaderSize, 0);
  if (header.length < logHeaderSize) return undefined;
  const kind = header.readUInt32BE(0);
  const littleEndian = kind === 0x377f0682;
  let sum = checksum(header.subarray(0, 24), littleEndian, [0, 0]);
  if ((!littleEndian && kind !== 0x377f0683) || !carries(header, 24, sum)) return size > logHeaderSize ? 0 : undefined;
  const salt = header.subarray(16, 24);
  const frameSize = frameHeaderSize + header.readUInt32BE(8);
  let damaged: number | undefined;
  for (let at = logHeaderSize; at + frameSize <= size; at += frameSize) {
    const frame = await read(log, damaged === undefined ? frameSize : frameHeaderSize, at);
    const ofThisLog = salt.equals(frame.subarray(8, 16));
    if (damaged !== undefined) {
      if (ofThisLog) return damaged;
      continue;
    }
    sum = checksum(frame.subarray(frameHeaderSize), littleEndian, checksum(frame.subarray(0, 8), littleEndian, sum));
    if (!ofThisLog || !carries(frame, 16, sum)) damaged = at;
  }
  return undefined;
}

async function checkLog(path: string, log: FileHandle): Promise<void> {
  const before = await log.stat();
  const damaged = await damageOf(log, before.size);
  if (damaged === undefined) return;
  const after = await log.stat();
  // Another platform is writing to it; opening the database says so.
  if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) return;
  throw new ConfigurationError(
    `The write-ahead log ${path}-wal is damaged at byte ${damaged}: the changes recorded from there on cannot be read. ${restore}; or, to ` +
      `continue without those changes, cut it there: truncate -s ${damaged} ${path}-wal.`,
  );
}

/**
 * Checks the files of a database before it is opened, which would change them.
 * @param path The database, which is not empty.
 * @throws ConfigurationError when the file is not a database or is truncated, or its write-ahead log is missing or damaged.
 */
export async function checkDatabaseFiles(path: string): Promise<void> {
  const file = await open(path).catch((error: unknown) => {
    throw new ConfigurationError(`The database ${path} cannot be read: ${(error as Error).message}.`, { cause: error });
  });
  let log: FileHandle | undefined;
  try {
    const { size } = await file.stat();
    const header = await read(file, headerSize, 0);
    if (header.toString('latin1', 0, magic.length) !== magic) {
      throw new ConfigurationError(
        `The database ${path} cannot be opened: the file is not a database. Nothing was changed. Restore it from a backup, or use another folder.`,
      );
    }
    log = await openIfThere(`${path}-wal`);
    if (log) {
      await checkLog(path, log);
      return;
    }
    // SQLite undoes a change that was broken off by this journal when it opens the database.
    if (existsSync(`${path}-journal`)) return;
    const stated = header.length < headerSize ? headerSize : pageSizeOf(header) * header.readUInt32BE(28);
    if (size < stated) {
      throw new ConfigurationError(`The database ${path} is truncated: it has ${size} of ${stated} bytes. ${restore}.`);
    }
    // A platform that is closed writes its log into the database and leaves this mark at 1.
    if (header[18] === 2) {
      throw new ConfigurationError(
        `The write-ahead log ${path}-wal is missing, although the platform was not closed: the latest changes are in it, unless another ` +
          `program has opened the database since. ${restore}; or, to continue with what the database has, create an empty file of that name.`,
      );
    }
  } finally {
    await file.close();
    await log?.close();
  }
}

function pageSizeOf(header: Buffer): number {
  const size = header.readUInt16BE(16);
  return size === 1 ? 65_536 : size;
}
