import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { ConfigurationError } from '../../../../model/errors/index.js';
import { toFile } from '../../values/convert.js';
import { dataPorts, defineBlock } from '../definition.js';
import type { PdfResult } from './worker.js';

/**
 * Gives the text of the PDF on the port `data`, a file or a file id, with a blank line between pages. Pages that contain
 * only images have no text.
 * @throws for a file that is not a PDF, and when the package `unpdf` is not installed.
 */
export const pdfReader = defineBlock({
  type: 'pdf_reader',
  config: z.looseObject({}),
  ports: dataPorts('text', ['file', 'text', 'any']),
  run: async ({ inputs, ...context }) => {
    const file = await toFile(inputs.data, context);
    const result = await readPages(await file.bytes(context.signal), context.signal);
    if ('missing' in result) {
      throw new ConfigurationError(`Reading PDF needs the package unpdf. Install it: npm install unpdf@1.7 (${result.missing})`);
    }
    if ('failure' in result) throw new Error(`the file '${file.name}' (${file.mimeType}) cannot be read as PDF: ${result.failure}`);
    return result.pages.join('\n\n');
  },
});

async function readPages(bytes: Uint8Array, signal: AbortSignal): Promise<PdfResult> {
  // Flags of the host process, such as --input-type, do not apply to this file.
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: bytes, execArgv: [] });
  try {
    const [result] = (await once(worker, 'message', { signal })) as [PdfResult];
    return result;
  } finally {
    await worker.terminate();
  }
}
