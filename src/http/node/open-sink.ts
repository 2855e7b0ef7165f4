import { Writable } from 'node:stream';
import { ValidationError } from '../../model/errors/index.js';
import type { DownloadTarget } from '../files/download-options.js';
import { MemorySink } from '../files/memory-sink.js';
import type { Sink } from '../files/sink.js';
import { isWebStream, WebStreamSink } from '../files/web-stream-sink.js';
import { FileSink } from './file-sink.js';
import { StreamSink } from './stream-sink.js';

/**
 * Opens the sink for a target: memory without a target, a stream, or a path. In a folder (one that exists, or a path that ends with a
 * slash) the file gets `fileName`. Missing folders are created.
 * @throws ValidationError for an invalid target; ResourceError when the file cannot be written.
 */
export async function openSink(target: DownloadTarget | undefined, fileName: string | undefined): Promise<Sink> {
  if (target === undefined) return new MemorySink();
  if (target instanceof Writable) return new StreamSink(target);
  if (isWebStream(target) && !target.locked) return new WebStreamSink(target);
  if (typeof target === 'string' && target !== '') return FileSink.open(target, fileName);
  throw new ValidationError('The target of a download must be a path or a writable stream; leave it out to get the bytes.');
}
