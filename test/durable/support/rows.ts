import { randomUUID } from 'node:crypto';
import type { NewRun, StartedRun } from '../../../src/durable/store.js';

/** A run that is about to be started. */
export const run = (key: string | null, more: Partial<NewRun> = {}): NewRun => ({
  id: randomUUID(),
  key,
  handler: 'report',
  account: 'here',
  className: 'Task',
  priority: 0,
  data: '{"n":1}',
  timeoutMs: null,
  start: null,
  idempotencyKey: null,
  ...more,
});

/** What is known of a run that was started. */
export const started = (more: Partial<StartedRun> = {}): StartedRun => ({
  className: 'Task',
  token: 'token',
  remoteId: null,
  result: null,
  delayMs: 0,
  ...more,
});
