import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { ConfigurationError } from '../../../../model/errors/index.js';
import { toFile } from '../../values/convert.js';
import { dataPorts, defineBlock } from '../definition.js';
import type { PdfResult } from './worker.js';

/**
 * Gives the text of a PDF that arrives on `data` as a file or a file id, a blank line between pages. Pages that are only
 * pictures have no text.
 * @throws for a file that is not a PDF, and when the package `unpdf` is not installed.
 */
export const pdfReader = defineBlock({
  type: 'pdf_reader',
  config: z.looseObject({}),
  ports: dataPorts('text', ['file', 'text', 'any']),
  run: async ({ inputs, ...context }) => {
    const file = await toFile(inputs.data, context);
    const answer = await readPages(await file.bytes(context.signal), context.signal);
    if ('missing' in answer) {
      throw new ConfigurationError(`Reading PDF needs the package unpdf. Install it: npm install unpdf@1.7 (${answer.missing})`);
    }
    if ('failure' in answer) throw new Error(`the file '${file.name}' (${file.mimeType}) cannot be read as PDF: ${answer.failure}`);
    return answer.pages.join('\n\n');
  },
});

async function readPages(bytes: Uint8Array, signal: AbortSignal): Promise<PdfResult> {
  // The host's own flags, such as --input-type, are not for this file.
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: bytes, execArgv: [] });
  try {
    const [answer] = (await once(worker, 'message', { signal })) as [PdfResult];
    return answer;
  } finally {
    await worker.terminate();
  }
}
