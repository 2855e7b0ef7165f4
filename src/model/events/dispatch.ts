import { connectionOfClass, connectionOfRecord, unbound } from '../binding.js';
import type { BaseConnection } from '../connection.js';
import type { TransportObserver } from '../ports/transport.js';
import { isRecord } from '../state/slot.js';
import { Events } from './emitter.js';
import { recordEventNames } from './event-names.js';
import type { RecordEvents } from './events.js';

const emitters = new WeakMap<object, Events>();

/** The emitter of a record or a class, made on first use. */
export function eventsOf(source: object): Events {
  const known = emitters.get(source);
  if (known) return known;
  const created = new Events(recordEventNames);
  emitters.set(source, created);
  return created;
}

/**
 * Dispatches an event to the listeners of a record, of its class (the bound one, then the exported one) and of its connection, in that
 * order. A payload given as a function is built only when there is a listener.
 */
export function dispatch<K extends keyof RecordEvents>(source: object, event: K, payload: RecordEvents[K] | (() => RecordEvents[K])): void {
  const connection = connectionOf(source);
  if (!isHeard(source, connection, event)) return;
  const context = connection?.environment.asyncContext;
  const built = typeof payload === 'function' ? payload() : payload;
  // Listeners are outside the operation: operations they start are not part of it.
  if (context) context.run(undefined, () => emitAll(source, connection, event, built));
  else emitAll(source, connection, event, built);
}

/** Whether an event has any listener. Checked first because most events have none. */
function isHeard(source: object, connection: BaseConnection | null, event: keyof RecordEvents): boolean {
  if (connection?.hears(event)) return true;
  const target = isRecord(source) ? source.constructor : source;
  return hasListener(source, event) || (target !== source && hasListener(target, event)) || hasListener(unbound(target), event);
}

function hasListener(each: object, event: keyof RecordEvents): boolean {
  return (emitters.get(each)?.listenerCount(event) ?? 0) > 0;
}

function emitAll<K extends keyof RecordEvents>(
  source: object,
  connection: BaseConnection | null,
  event: K,
  payload: RecordEvents[K],
): void {
  const record = isRecord(source);
  const report = (error: unknown): void => connection?.reportError(error, event);
  if (record) emitters.get(source)?.emit(event, payload, report);
  const target = record ? source.constructor : source;
  emitters.get(target)?.emit(event, payload, report);
  const original = unbound(target);
  if (original !== target) emitters.get(original)?.emit(event, payload, report);
  connection?.emit(event, payload);
}

/** An observer that dispatches the transport's observations as events of a record, a class, or (null) the connection itself. */
export function observerFor(source: object | null, connection: BaseConnection): TransportObserver {
  const forward =
    <K extends 'request' | 'response' | 'retry'>(event: K) =>
    (payload: RecordEvents[K]): void => {
      if (source) dispatch(source, event, isRecord(source) ? { ...payload, resource: source as never } : payload);
      else connection.emit(event, payload);
    };
  return {
    hears: (event) => (source ? isHeard(source, connectionOf(source), event) : connection.hears(event)),
    request: forward('request'),
    response: forward('response'),
    retry: forward('retry'),
  };
}

function connectionOf(source: object): BaseConnection | null {
  return isRecord(source) ? connectionOfRecord(source) : connectionOfClass(source);
}
