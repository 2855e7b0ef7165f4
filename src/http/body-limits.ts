import { count } from '../model/support/quantities.js';

/** The limits of what a response may hold. Sizes are in bytes; Infinity means no limit. */
export interface BodyLimits {
  /**
   * The largest response of a call, after decompression, in bytes: JSON, text, bytes, or a stream. Downloads of files have limits of their
   * own. Default: 67,108,864 (64 MiB).
   */
  jsonBytes?: number | undefined;
  /**
   * The most bytes that a body may decompress to in memory. It applies to what `jsonBytes` does, and to downloads without a target, unless
   * their size is known. Default: 268,435,456 (256 MiB).
   */
  unpackedBytes?: number | undefined;
  /**
   * The highest ratio of decompressed to received bytes, past the first MiB of decompressed bytes. It applies to what `jsonBytes`
   * does, and to downloads whose size is not known. gzip reaches 1,000 with repeated bytes, and 5 to 20 with ordinary text. Default: 200.
   */
  unpackingRatio?: number | undefined;
  /**
   * The most levels of objects and lists inside each other in a JSON response. A field of a record holds `@Entity({ maxDepth })` levels
   * (1,000): one with more makes an error when it is read. Default: 1,000,000.
   */
  nesting?: number | undefined;
  /** The bytes of an error response's body that are read, after decompression; the rest is cut off. Default: 262,144 (256 KiB). */
  errorBytes?: number | undefined;
}

const MIB = 1024 * 1024;

/** The checked limits. @throws ValidationError for anything but a whole number or Infinity. */
export function bodyLimits(limits: BodyLimits): Required<{ [Name in keyof BodyLimits]: number }> {
  return {
    jsonBytes: count('limits.jsonBytes', limits.jsonBytes ?? 64 * MIB, 1),
    unpackedBytes: count('limits.unpackedBytes', limits.unpackedBytes ?? 256 * MIB, 1),
    unpackingRatio: count('limits.unpackingRatio', limits.unpackingRatio ?? 200, 1),
    nesting: count('limits.nesting', limits.nesting ?? 1_000_000, 1),
    errorBytes: count('limits.errorBytes', limits.errorBytes ?? MIB / 4, 0),
  };
}

export type CheckedBodyLimits = ReturnType<typeof bodyLimits>;
