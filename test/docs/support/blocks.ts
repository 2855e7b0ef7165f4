import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../support/consumer.js';

/** The TypeScript blocks of a page by the file name in their first line. */
export async function filesIn(page: string): Promise<Map<string, string>> {
  const text = await readFile(join(root, 'docs', page), 'utf8');
  const blocks = [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block);
  return new Map(
    blocks.map((block) => {
      const name = /^\/\/ (\S+\.ts)\n/.exec(block)?.[1];
      if (name === undefined) throw new Error(`A block of ${page} does not begin with the name of its file:\n${block}`);
      return [name, block];
    }),
  );
}
