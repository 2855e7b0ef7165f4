import mime from 'mime';

/** What is sent where nothing better is known. */
const OCTET_STREAM = 'application/octet-stream';

/** Where the general table differs from what data platforms go by. */
const preferred: Readonly<Record<string, string>> = {
  jsonl: 'application/x-ndjson',
  ndjson: 'application/x-ndjson',
  yaml: 'application/yaml',
  yml: 'application/yaml',
  rtf: 'application/rtf',
  gz: 'application/gzip',
  parquet: 'application/vnd.apache.parquet',
  log: 'text/plain',
  mp4: 'video/mp4',
  tsv: 'text/tab-separated-values',
  xml: 'text/xml',
};

const compressed = new Set(['gz', 'bz2', 'xz', 'br', 'z', 'zst']);

/**
 * The MIME type that belongs to a file name's extension, in any case. A suffix that only says how the file is compressed is
 * looked through (`a.tar.gz` is application/x-tar) unless nothing known is under it. Default: application/octet-stream.
 */
export function mimeTypeOf(fileName: string): string {
  const parts = fileName.split(/[\\/]/).pop()?.toLowerCase().split('.') ?? [];
  const extensions = parts.slice(1).filter((extension) => extension !== '');
  const last = extensions.pop();
  if (last === undefined) return OCTET_STREAM;
  const inner = extensions.pop();
  if (compressed.has(last) && inner !== undefined) {
    const type = lookup(inner);
    if (type) return type;
  }
  return lookup(last) ?? OCTET_STREAM;
}

function lookup(extension: string): string | null {
  return preferred[extension] ?? mime.getType(extension);
}
