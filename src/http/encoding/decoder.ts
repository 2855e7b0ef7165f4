import type { Coding } from './content-codings.js';

/** Undoes a coding. Compressed data that is cut short is an error. */
export type Decoder = (source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/** The codings that can be undone here. */
export type Decoders = Readonly<Partial<Record<Coding, Decoder>>>;
