import type { BaseResource, Deletable } from '../../index.js';
import { type Context, loadById } from '../context.js';
import { InterruptedError } from '../errors.js';
import { jsonLine } from '../output/json.js';
import { UsageError } from '../usage-error.js';

/** Deletes records by their ids. On a terminal it asks first, anywhere else it needs `--yes`. */
export async function remove(context: Context, ids: readonly string[], { yes, json }: { yes?: boolean; json?: boolean }): Promise<void> {
  const { io, output, signal } = context;
  if (!yes && !io.stdin.isTTY)
    throw new UsageError('A delete asks on a terminal, and this is none.', 'Give --yes to delete without being asked.');
  for (const id of ids) {
    const record = (await loadById(context, id)) as BaseResource & Deletable;
    const label = String(record);
    if (!yes && !(await isConfirmed(context, `Delete ${label}? [y/N] `))) {
      output.note('Nothing was deleted.');
      continue;
    }
    await record.delete({ signal });
    if (json) await output.write(jsonLine({ deleted: id }));
    else output.note(`Deleted ${label}.`);
  }
}

/** Asks for a yes. No answer, such as the end of the input, is a no. */
async function isConfirmed({ io, signal }: Context, question: string): Promise<boolean> {
  const { createInterface } = await import('node:readline');
  const prompt = createInterface({ input: io.stdin, output: io.stderr });
  try {
    const answer = await new Promise<string | null>((resolve, reject) => {
      const interrupt = (): void => reject(new InterruptedError('Nothing was deleted.'));
      // On a terminal the prompt sees Ctrl+C as a key, and the process no signal.
      prompt.once('SIGINT', interrupt);
      signal.addEventListener('abort', interrupt, { once: true });
      prompt.once('close', () => resolve(null));
      prompt.question(question, resolve);
    });
    return answer !== null && /^\s*y(?:es)?\s*$/i.test(answer);
  } finally {
    prompt.close();
  }
}
