import type { Decoders } from './decoder.js';

/** A compression: gzip (RFC 1952), zlib or raw deflate (RFC 1950, 1951), brotli (RFC 7932), zstd (RFC 8878). */
export type Coding = 'gzip' | 'deflate' | 'br' | 'zstd';

/** Codings of the IANA registry (https://www.iana.org/assignments/http-parameters) that change the bytes. */
const CODINGS: readonly string[] = ['gzip', 'deflate', 'br', 'zstd', 'compress', 'dcb', 'dcz', 'exi', 'pack200-gzip'];

/** The labels of a Content-Encoding in lower case, in the order in which the codings were applied (RFC 9110 §8.4). */
export function encodingLabels(headers: Readonly<Record<string, string>>): string[] {
  if (headers['content-encoding'] === undefined) return [];
  const labels = headers['content-encoding'].split(',').map((label) => label.trim().toLowerCase().replace(/^x-/, ''));
  return labels.filter((label) => label !== '');
}

/**
 * The codings to undo. Labels that name no coding, such as `none`, `utf-8` and `aws-chunked`, are left out: servers put them on bodies
 * that are not encoded, and other clients ignore them.
 */
export function codingsOf(headers: Readonly<Record<string, string>>, decoders: Decoders): Coding[] {
  return encodingLabels(headers).filter((label): label is Coding => Object.hasOwn(decoders, label));
}

/** The first coding that cannot be undone here. */
export function unsupportedCoding(headers: Readonly<Record<string, string>>, decoders: Decoders): string | undefined {
  return encodingLabels(headers).find((label) => CODINGS.includes(label) && !Object.hasOwn(decoders, label));
}
