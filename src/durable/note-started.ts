import { ResourceError } from '#front';
import type { DurableStore, StartedRun } from './store.js';

/**
 * Notes what was started.
 *
 * @param persist Repeats a call of the store until it succeeds.
 * @throws ResourceError with `outcome: 'unknown'` when it comes too late: the handler has been told that nobody knows the outcome, or the run
 *   was removed.
 */
export async function noteStarted(
  store: DurableStore,
  id: string,
  started: StartedRun,
  persist: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<void> {
  if (await persist(() => store.started(id, started))) return;
  const run = await persist(() => store.find(id));
  const wasTold = run?.state === 'ended' && run.token === null && run.error !== null;
  // Else another process has sent the start again under its key, and follows what that has started.
  if (run && !wasTold) return;
  const what = wasTold ? 'its handler was told that nobody knows whether it had been' : 'it was removed';
  const found = started.token === null ? '' : ` It is ${started.className}.resume(${JSON.stringify(started.token)}),`;
  const advice = found && (wasTold ? `${found} which adopt('${id}', …) follows.` : `${found} which follow() takes.`);
  throw new ResourceError(`run: it was started, but ${what} before its response came.${advice}`, { outcome: 'unknown' });
}
