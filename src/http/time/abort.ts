const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `action` when the signal fires, or at once if it has; the returned function takes that back. However many calls share a
 * signal, it gets one listener: Node warns of a leak from eleven on.
 */
export function onAbort(signal: AbortSignal | undefined, action: () => void): () => void {
  if (!signal) return () => {};
  if (signal.aborted) {
    action();
    return () => {};
  }
  const known = waiting.get(signal);
  const actions = known ?? new Set();
  if (!known) {
    waiting.set(signal, actions);
    signal.addEventListener('abort', () => fire(signal, actions), { once: true });
  }
  // A function of its own, for the same action may be given twice.
  const entry = () => action();
  actions.add(entry);
  return () => void actions.delete(entry);
}

/** Waits for work, but no longer than until the signal fires: then it rejects with the signal's reason, whatever becomes of the work. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, () => reject(signal?.reason));
    work.then(resolve, reject).finally(forget);
  });
}

function fire(signal: AbortSignal, actions: Set<() => void>): void {
  waiting.delete(signal);
  for (const action of [...actions]) if (actions.delete(action)) action();
}
