import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../values/kinds.js';

/** The worker's result: the text of each page, the reason for a failure, or that the package is missing. */
export type PdfResult = { pages: string[] } | { failure: string } | { missing: string };

/** Reads the PDF in the worker's data. It runs in a worker because `unpdf` defines browser globals and is CPU-bound. */
async function read(): Promise<PdfResult> {
  const unpdf = await import('unpdf').catch((error: unknown) => ({ missing: messageOf(error) }));
  if ('missing' in unpdf) return unpdf;
  try {
    const document = await unpdf.getDocumentProxy(workerData as Uint8Array);
    return { pages: (await unpdf.extractText(document, { mergePages: false })).text };
  } catch (error) {
    return { failure: messageOf(error) };
  }
}

void read().then((result) => parentPort?.postMessage(result));
