import { Buffer } from 'node:buffer';
import { Readable } from 'node:stream';
import { type AdapterRequest, isContent, type SentContent } from '../adapters/adapter.js';

/**
 * The body of a request as Node has it: content to upload as a stream, anything else as bytes, which are not copied.
 * @param isFlushed Whether all that was read of the content has left the process.
 */
export function sentBody(body: AdapterRequest['body'], isFlushed?: () => boolean): { content?: Readable; bytes?: Buffer } {
  // The content keeps the error.
  if (isContent(body)) return { content: streamOf(body, isFlushed).on('error', () => {}) };
  return body ? { bytes: Buffer.from(body.buffer, body.byteOffset, body.byteLength) } : {};
}

/** A stream of the chunks as they are, since object mode keeps Node from joining them. Each is asked for when those before are sent. */
function streamOf(content: SentContent, isFlushed: (() => boolean) | undefined): Readable {
  // What has been asked for and not been read yet has not been sent either.
  const chunks = content.chunks(isFlushed && (() => stream.readableLength === 0 && isFlushed()));
  const stream = new Readable({
    objectMode: true,
    highWaterMark: 0,
    read() {
      chunks.next().then(
        ({ done, value }) => this.push(done ? null : value),
        (error: Error) => this.destroy(error),
      );
    },
    destroy(error, done) {
      // Nobody waits for the end of what is given up.
      chunks.return(undefined).catch(() => {});
      done(error);
    },
  });
  return stream;
}
