import { createReadStream } from 'node:fs';

/** A line of a file, without its end, and the offset in bytes of what follows it. */
export interface Line {
  readonly content: Buffer;
  readonly end: number;
}

/** The lines of a file from an offset in bytes on. @throws Error for a last line without an end: the file was cut. */
export async function* linesOf(path: string, start = 0): AsyncGenerator<Line> {
  let offset = start;
  let parts: Buffer[] = [];
  for await (const chunk of createReadStream(path, { start, highWaterMark: 2 ** 18 }) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      const last = chunk.subarray(from, at);
      const content = parts.length === 0 ? last : Buffer.concat([...parts, last]);
      offset += content.length + 1;
      parts = [];
      from = at + 1;
      yield { content, end: offset };
    }
    if (from < chunk.length) parts.push(chunk.subarray(from));
  }
  if (parts.length > 0) throw new Error(`${path} was cut: its last line has no end.`);
}

/** Lines in groups of at most so many, and of so many bytes unless one line alone has more. */
export async function* inGroups(lines: AsyncIterable<Line>, mostLines: number, mostBytes: number): AsyncGenerator<Line[]> {
  let group: Line[] = [];
  let bytes = 0;
  for await (const line of lines) {
    if (group.length > 0 && (group.length >= mostLines || bytes + line.content.length > mostBytes)) {
      yield group;
      [group, bytes] = [[], 0];
    }
    group.push(line);
    bytes += line.content.length;
  }
  if (group.length > 0) yield group;
}
