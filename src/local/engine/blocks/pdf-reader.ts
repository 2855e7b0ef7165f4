import { z } from 'zod';
import { ConfigurationError } from '../../../model/errors/index.js';
import { toFile } from '../values/convert.js';
import { messageOf } from '../values/kinds.js';
import { dataPorts, defineBlock } from './definition.js';

/**
 * Gives the text of a PDF that arrives on `data` as a file or a file id, a blank line between pages. Pages that are only
 * pictures have no text.
 * @throws for a file that is not a PDF, and when the package `unpdf` is not installed.
 */
export const pdfReader = defineBlock({
  type: 'pdf_reader',
  config: z.looseObject({}),
  ports: dataPorts('text', ['file', 'text', 'any']),
  run: async ({ inputs, signal, services }) => {
    const file = await toFile(inputs.data, { services, signal });
    const { getDocumentProxy, extractText } = await import('unpdf').catch((cause: unknown) => {
      throw new ConfigurationError('Reading PDF needs the package unpdf. Install it: npm install unpdf@1.7', { cause });
    });
    const bytes = await file.bytes(signal);
    const document = await getDocumentProxy(bytes).catch((cause: unknown) => {
      throw new Error(`the file '${file.name}' (${file.mimeType}) cannot be read as PDF: ${messageOf(cause)}`, { cause });
    });
    try {
      const { text } = await extractText(document, { mergePages: false });
      return text.join('\n\n');
    } finally {
      await document.destroy();
    }
  },
});
