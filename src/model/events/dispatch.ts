import { connectionOfClass, connectionOfRecord, unbound } from '../binding.js';
import type { BaseConnection } from '../connection.js';
import type { TransportObserver } from '../ports/transport.js';
import { isRecord } from '../state/slot.js';
import { Events } from './emitter.js';
import { recordEventNames } from './event-names.js';
import { type RecordEvents } from './events.js';

const emitters = new WeakMap<object, Events>();

/** The emitter of a record or a class, made on first use. */
export function eventsOf(source: object): Events {
  const known = emitters.get(source);
  if (known) return known;
  const made = new Events(recordEventNames);
  emitters.set(source, made);
  return made;
}

/**
 * Dispatches an event to the listeners of a record, of its class (the bound one, then the exported one) and of its connection, in that
 * order. A payload given as a function is made only when someone listens.
 */
export function dispatch<K extends keyof RecordEvents>(source: object, event: K, payload: RecordEvents[K] | (() => RecordEvents[K])): void {
  const connection = isRecord(source) ? connectionOfRecord(source) : connectionOfClass(source);
  if (!isHeard(source, connection, event)) return;
  const context = connection?.environment.asyncContext;
  const made = typeof payload === 'function' ? payload() : payload;
  // Listeners watch from outside: what they start is not part of the operation.
  if (context) context.run(undefined, () => emitAll(source, connection, event, made));
  else emitAll(source, connection, event, made);
}

/** Most events of most records are not listened to, and they are many. */
function isHeard(source: object, connection: BaseConnection | null, event: keyof RecordEvents): boolean {
  if (connection?.hears(event)) return true;
  const target = isRecord(source) ? source.constructor : source;
  return [source, target, unbound(target)].some((each) => emitters.get(each)?.listenerCount(event));
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

/** Turns what the transport sees into events of a record, a class or the connection itself. */
export function observerFor(source: object | null, connection: BaseConnection): TransportObserver {
  const tell = <K extends 'request' | 'response' | 'retry'>(event: K, payload: RecordEvents[K]): void => {
    if (source) dispatch(source, event, isRecord(source) ? { ...payload, resource: source as never } : payload);
    else connection.emit(event, payload);
  };
  return {
    request: (info) => tell('request', info),
    response: (info) => tell('response', info),
    retry: (info) => tell('retry', info),
  };
}
