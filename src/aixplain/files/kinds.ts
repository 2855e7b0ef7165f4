import { FileUploadError } from '#front';
import { type Content, extensionOf, mimeTypeOf } from '../../vendor.js';
import { FileType } from '../statuses.js';

const MiB = 1024 * 1024;

/** The maximum size of each kind of file, in bytes. */
export const sizeLimits = {
  /** 50 MiB. */
  audio: 50 * MiB,
  /** 25 MiB. */
  application: 25 * MiB,
  /** 300 MiB. */
  video: 300 * MiB,
  /** 25 MiB. */
  image: 25 * MiB,
  /** 300 MiB. */
  database: 300 * MiB,
  /** 50 MiB. */
  other: 50 * MiB,
} as const;

const databases = ['.db', '.sqlite', '.sqlite3'];

/** MIME types for which the platform uses other names than the general table. */
const ownTypes: Readonly<Record<string, string>> = {
  '.wav': 'audio/wav',
  '.flac': 'audio/flac',
  '.db': 'application/x-sqlite3',
  '.sqlite': 'application/x-sqlite3',
  '.sqlite3': 'application/x-sqlite3',
};

const typesByExtension: Readonly<Record<string, FileType>> = {
  ...{ '.csv': FileType.CSV, '.json': FileType.JSON, '.txt': FileType.TXT, '.pdf': FileType.PDF },
  ...{ '.mp3': FileType.AUDIO, '.wav': FileType.AUDIO, '.flac': FileType.AUDIO, '.m4a': FileType.AUDIO },
  ...{ '.jpg': FileType.IMAGE, '.jpeg': FileType.IMAGE, '.png': FileType.IMAGE, '.gif': FileType.IMAGE, '.bmp': FileType.IMAGE },
  ...{ '.db': FileType.DATABASE, '.sqlite': FileType.DATABASE, '.sqlite3': FileType.DATABASE },
};

function suffixOf(name: string): string {
  return extensionOf(name).toLowerCase();
}

/** The kind of file, by the extension of its name. */
export function fileTypeOf(name: string): FileType {
  return typesByExtension[suffixOf(name)] ?? FileType.OTHER;
}

/** The platform's name for a file's MIME type. */
export async function typeOf({ name, mimeType }: Pick<Content, 'name' | 'mimeType'>): Promise<string> {
  return mimeType === (await mimeTypeOf(name)) ? (ownTypes[suffixOf(name)] ?? mimeType) : mimeType;
}

async function kindOf(content: Pick<Content, 'name' | 'mimeType'>): Promise<keyof typeof sizeLimits> {
  if (databases.includes(suffixOf(content.name))) return 'database';
  const main = (await typeOf(content)).split('/')[0] ?? '';
  return main === 'audio' || main === 'application' || main === 'video' || main === 'image' ? main : 'other';
}

/** @throws FileUploadError if the file is empty or exceeds the limit for its kind. */
export async function checkSize(content: Pick<Content, 'name' | 'mimeType' | 'size'>): Promise<void> {
  const { name, size } = content;
  if (size === 0) throw new FileUploadError(`${name} is empty; there is nothing to upload.`, { step: 'read' });
  const kind = await kindOf(content);
  const limit = sizeLimits[kind];
  if (size <= limit) return;
  throw new FileUploadError(
    `${name} has ${(size / MiB).toFixed(1)} MiB, but the limit for files of kind ${kind} is ${limit / MiB} MiB. Split or compress it.`,
    { step: 'read' },
  );
}
