import mime from 'mime';

/** The type of unknown content (RFC 2046 §4.5.1). */
const OCTET_STREAM = 'application/octet-stream';

/** Types that data platforms expect and the table of the package `mime` lacks or has differently. */
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
 * The MIME type of a file name's extension; the case does not matter. An extension that only names a compression is skipped when the
 * one before it is known: `a.tar.gz` is application/x-tar. Default: application/octet-stream.
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
