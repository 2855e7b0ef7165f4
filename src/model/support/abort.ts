/** The actions for one signal behind a single listener, because Node warns about more than ten listeners on one signal. */
interface Hub {
  readonly actions: Set<() => void>;
  readonly listener: () => void;
}

const hubs = new WeakMap<AbortSignal, Hub>();

/** Calls `action` when the signal aborts, or at once if it already has. Returns a function that removes the action. */
export function onAbort(signal: AbortSignal | undefined, action: () => void): () => void {
  if (!signal) return () => {};
  if (signal.aborted) {
    action();
    return () => {};
  }
  const hub = hubs.get(signal) ?? newHub(signal);
  // Wrapped in a new function, because the same action may be registered twice.
  const entry = (): void => action();
  hub.actions.add(entry);
  return () => {
    hub.actions.delete(entry);
    if (hub.actions.size > 0 || hubs.get(signal) !== hub) return;
    hubs.delete(signal);
    signal.removeEventListener('abort', hub.listener);
  };
}

/** Settles as `work` does, unless the signal aborts first: then it rejects with the signal's reason and the work is ignored. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, () => reject(signal?.reason));
    work.then(resolve, reject).finally(forget);
  });
}

/** Calls an action so that an error does not stop the others; the error is rethrown as uncaught, like that of an event listener. */
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
