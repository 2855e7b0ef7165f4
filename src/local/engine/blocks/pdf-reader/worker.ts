import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../values/kinds.js';

/** What the worker tells: the text of each page, or why there is none. */
export type PdfResult = { pages: string[] } | { failure: string } | { missing: string };

/** Reads the PDF whose bytes are the worker's data. It has a thread of its own because `unpdf` defines browser globals and keeps the processor busy. */
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

void read().then((answer) => parentPort?.postMessage(answer));
