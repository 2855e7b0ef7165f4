interface Hub {
  readonly actions: Set<() => void>;
  readonly listener: () => void;
}

const hubs = new WeakMap<AbortSignal, Hub>();

/**
 * Calls `action` when a signal fires; the returned function takes that back. However many use a signal, it has one listener: thousands
 * of waits may share one, and Node warns of more than ten.
 */
export function onAbort(signal: AbortSignal, action: () => void): () => void {
  const { actions, listener } = hubs.get(signal) ?? newHub(signal);
  actions.add(action);
  return () => {
    actions.delete(action);
    if (actions.size > 0 || hubs.get(signal)?.actions !== actions) return;
    hubs.delete(signal);
    signal.removeEventListener('abort', listener);
  };
}

function newHub(signal: AbortSignal): Hub {
  const actions = new Set<() => void>();
  const hub: Hub = {
    actions,
    listener: () => {
      for (const action of [...actions]) action();
    },
  };
  hubs.set(signal, hub);
  signal.addEventListener('abort', hub.listener, { once: true });
  return hub;
}
