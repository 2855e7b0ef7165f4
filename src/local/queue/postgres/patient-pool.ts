import { setTimeout as delay } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { codeOf, isConnectionError } from '../../store/postgres/errors.js';

/** Milliseconds until a connection is tried again, at first and at most. */
const [firstDelay, longestDelay] = [50, 2000];

/** What graphile-worker sends again after a moment, fifty milliseconds at first: the SQLSTATE of a serialization failure. */
const retried = '40001';
/** The database has no room, or was told to end the statement (57014). */
const passing = /^(?:53|57014)/;

/** The error as graphile-worker repeats the statement for. All that it sends through promises may be sent again. */
function retryable(error: unknown): unknown {
  if (!isConnectionError(error) && !passing.test(String(codeOf(error) ?? ''))) return error;
  return Object.assign(new Error(error instanceof Error ? error.message : String(error), { cause: error }), { code: retried });
}

/**
 * A pool for graphile-worker, whose workers end, with a stack on standard error, when the row of a job that has run cannot be deleted. With
 * it they wait for the database instead, until `signal` aborts.
 */
export function patientPool(pool: Pool, signal: AbortSignal): Pool {
  async function connected(): Promise<PoolClient> {
    for (let wait = firstDelay; ; wait = Math.min(2 * wait, longestDelay)) {
      try {
        return await pool.connect();
      } catch (error) {
        if (signal.aborted || !isConnectionError(error)) throw error;
        await delay(wait, undefined, { signal }).catch(() => {});
      }
    }
  }

  function patient(client: PoolClient): PoolClient {
    const query = async (...args: unknown[]): Promise<unknown> => {
      try {
        return await (client.query as (...given: unknown[]) => Promise<unknown>)(...args);
      } catch (error) {
        throw retryable(error);
      }
    };
    return withMember(client, 'query', query);
  }

  const connect = (callback?: Parameters<Pool['connect']>[0]): unknown =>
    // With a callback it is the connection that listens, which is made again without it.
    callback ? pool.connect(callback) : connected().then(patient);
  return withMember(pool, 'connect', connect);
}

/** An object that differs from another one in one function. */
function withMember<Target extends object>(target: Target, name: keyof Target, member: unknown): Target {
  return new Proxy(target, {
    get(_, key) {
      if (key === name) return member;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
