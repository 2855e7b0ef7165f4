import { crc32 } from 'node:zlib';

/** A file of an archive. */
export interface ZipEntry {
  /** Its path, with slashes. */
  path: string;
  content: Uint8Array;
}

/** 1 January 1980, the first day that the format knows. */
const date = 0x21;
const utf8Names = 0x800;

/** The fields that the headers of an entry share (APPNOTE 4.3.7 and 4.3.12): uncompressed, names in UTF-8. */
function fields({ content }: ZipEntry, name: Buffer): Buffer {
  const buffer = Buffer.alloc(26);
  buffer.writeUInt16LE(20, 0);
  buffer.writeUInt16LE(utf8Names, 2);
  buffer.writeUInt16LE(date, 8);
  buffer.writeUInt32LE(crc32(content), 10);
  buffer.writeUInt32LE(content.length, 14);
  buffer.writeUInt32LE(content.length, 18);
  buffer.writeUInt16LE(name.length, 22);
  return buffer;
}

function signature(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}

/** A ZIP archive of these files, uncompressed. */
export function zip(entries: readonly ZipEntry[]): Uint8Array<ArrayBuffer> {
  const files: Uint8Array[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.path);
    const shared = fields(entry, name);
    const local = Buffer.concat([signature(0x04034b50), shared, name]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([signature(0x02014b50), Buffer.from([20, 0]), shared, rest, name]));
    files.push(local, entry.content);
    offset += local.length + entry.content.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return new Uint8Array(Buffer.concat([...files, central, signature(0x06054b50), end]));
}
