// The default import: webpack makes imports by name of the members of a namespace, and not all releases of Node have all of them.
import zlib from 'node:zlib';

/** A compression that can be undone here: gzip (RFC 1952), zlib or raw deflate (RFC 1950, 1951), brotli (RFC 7932), zstd (RFC 8878). */
export type Coding = 'gzip' | 'deflate' | 'br' | 'zstd';

/** Codings of the IANA registry (https://www.iana.org/assignments/http-parameters) that change the bytes, besides those above. */
const OTHER_CODINGS: readonly string[] = ['compress', 'dcb', 'dcz', 'exi', 'pack200-gzip'];

/** The labels of a Content-Encoding in lower case, in the order in which the codings were applied (RFC 9110 §8.4). */
export function encodingLabels(headers: Readonly<Record<string, string>>): string[] {
  const labels = (headers['content-encoding'] ?? '').split(',').map((label) => label.trim().toLowerCase().replace(/^x-/, ''));
  return labels.filter((label) => label !== '');
}

/**
 * The codings to undo. Labels that name no coding, such as `none`, `utf-8` and `aws-chunked`, are left out: servers put them on bodies
 * that are not encoded, and other clients ignore them.
 */
export function codingsOf(headers: Readonly<Record<string, string>>): Coding[] {
  return encodingLabels(headers).filter(isCoding);
}

/** The first coding that cannot be undone here. */
export function unsupportedCoding(headers: Readonly<Record<string, string>>): string | undefined {
  return encodingLabels(headers).find((label) => OTHER_CODINGS.includes(label) || (label === 'zstd' && !isCoding(label)));
}

function isCoding(label: string): label is Coding {
  // Node has zstd from 22.15 on.
  return label === 'gzip' || label === 'deflate' || label === 'br' || (label === 'zstd' && 'createZstdDecompress' in zlib);
}
