/** All that is to be done when a signal fires, behind one listener: however many share a signal, Node warns of more than ten. */
interface Hub {
  readonly actions: Set<() => void>;
  readonly listener: () => void;
}

const hubs = new WeakMap<AbortSignal, Hub>();

/** Calls `action` when the signal fires, or at once if it has; the returned function takes that back. */
export function onAbort(signal: AbortSignal | undefined, action: () => void): () => void {
  if (!signal) return () => {};
  if (signal.aborted) {
    action();
    return () => {};
  }
  const hub = hubs.get(signal) ?? newHub(signal);
  // A function of its own, for the same action may be given twice.
  const entry = (): void => action();
  hub.actions.add(entry);
  return () => {
    hub.actions.delete(entry);
    if (hub.actions.size > 0 || hubs.get(signal) !== hub) return;
    hubs.delete(signal);
    signal.removeEventListener('abort', hub.listener);
  };
}

/** Waits for work, but no longer than until the signal fires: then it rejects with the signal's reason, whatever becomes of the work. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, () => reject(signal?.reason));
    work.then(resolve, reject).finally(forget);
  });
}

/** One that throws must not keep the others from being called; its error goes where an event listener's goes. */
function callSafely(action: () => void): void {
  try {
    action();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

function newHub(signal: AbortSignal): Hub {
  const actions = new Set<() => void>();
  const listener = (): void => {
    hubs.delete(signal);
    for (const action of [...actions]) if (actions.delete(action)) callSafely(action);
  };
  const hub = { actions, listener };
  hubs.set(signal, hub);
  signal.addEventListener('abort', listener, { once: true });
  return hub;
}
