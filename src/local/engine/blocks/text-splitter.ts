import { z } from 'zod';
import { toText } from '../values/convert.js';
import { dataPorts, defineBlock } from './definition.js';

const defaultSeparators = ['\n\n', '\n', ' ', ''];

/**
 * Splits text into chunks of at most `chunk_size` characters (1000 by default) at the first of `separators` that suffices:
 * by default between paragraphs, then lines, then words, then anywhere. A chunk begins with as many of the last pieces of the
 * previous one as fit into `chunk_overlap` characters (200 by default). White space around chunks and blank chunks are removed.
 *
 * Takes a text, a text file or a list of texts on `data` and gives the list of chunks. Characters are UTF-16 code units.
 */
export const textSplitter = defineBlock({
  type: 'text_splitter',
  config: z.looseObject({
    chunk_size: z.int().positive().max(10_000).default(1000),
    chunk_overlap: z.int().min(0).default(200),
    separators: z.array(z.string()).optional(),
  }),
  ports: dataPorts('list', ['text', 'file', 'list', 'any']),
  check: ({ chunk_size: size, chunk_overlap: overlap }) =>
    overlap < size ? [] : [`chunk_overlap (${overlap}) must be smaller than chunk_size (${size}); set both`],
  run: async ({ config, inputs, ...context }) => {
    const { chunk_size: size, chunk_overlap: overlap, separators = defaultSeparators } = config;
    const given = Array.isArray(inputs.data) ? inputs.data : [inputs.data];
    const texts = await Promise.all(given.map((item) => toText(item, context)));
    return texts.flatMap((text) => merge(split(text, separators, size), size, overlap));
  },
});

/** Splits the text into pieces of at most `size`, each with the separator at its end. */
function split(text: string, separators: readonly string[], size: number): string[] {
  if (text.length <= size) return [text];
  const index = separators.findIndex((separator) => separator !== '' && text.includes(separator));
  const separator = separators[index];
  if (separator === undefined) return slice(text, size);
  const parts = text.split(separator);
  const pieces = parts.map((part, place) => (place < parts.length - 1 ? part + separator : part));
  return pieces.flatMap((piece) => split(piece, separators.slice(index + 1), size));
}

/** Slices the text without splitting a surrogate pair, unless `size` is 1. */
function slice(text: string, size: number): string[] {
  const slices: string[] = [];
  for (let start = 0; start < text.length; ) {
    const unit = text.charCodeAt(start + size - 1);
    const splitsPair = size > 1 && unit >= 0xd800 && unit < 0xdc00;
    const end = start + size - (splitsPair ? 1 : 0);
    slices.push(text.slice(start, end));
    start = end;
  }
  return slices;
}

function merge(pieces: readonly string[], size: number, overlap: number): string[] {
  const chunks: string[] = [];
  const current: string[] = [];
  let length = 0;
  // White space after a chunk alone does not begin another chunk.
  let hasMore = false;
  for (const piece of pieces) {
    if (length + piece.length > size) {
      if (hasMore) chunks.push(current.join(''));
      hasMore = false;
      while (length > overlap || length + piece.length > size) length -= current.shift()?.length ?? length;
    }
    current.push(piece);
    length += piece.length;
    hasMore ||= piece.trim() !== '';
  }
  if (hasMore) chunks.push(current.join(''));
  return chunks.map((chunk) => chunk.trim());
}
