/**
 * The MIME type of a file name's extension; the case does not matter. An extension that only names a compression is skipped when the
 * one before it is known: `a.tar.gz` is application/x-tar. Default: application/octet-stream. The table is loaded when it is first needed.
 */
export async function mimeTypeOf(fileName: string): Promise<string> {
  const types = await import('./mime.js');
  return types.mimeTypeOf(fileName);
}
