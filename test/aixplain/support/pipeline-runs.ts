import nock from 'nock';
import type { Pipeline } from '../../../src/aixplain/index.js';
import { backend, body, connect } from './platform.js';

/** Where the pipeline is run, and where its run is polled. */
export const runPath = '/assets/pipeline/execution/run/p1';
export const pollPath = '/assets/pipeline/execution/poll/e1';
export const url = `${backend}${pollPath}`;

/** A pipeline of a new connection, known by its id. */
export function pipeline(options: Parameters<typeof connect>[0] = {}, version?: string): Pipeline {
  return new (connect(options).Pipeline)({ id: 'p1', name: 'p', ...(version === undefined ? {} : { version }) });
}

/** The platform takes a run. */
export function accepts(sent?: object, answer: object = { status: 'IN_PROGRESS', url }): void {
  nock(backend, { reqheaders: { 'x-api-key': 'team-key-of-the-tests' }, badheaders: ['authorization'] })
    .post(runPath, sent && body(sent))
    .reply(201, { ...answer });
}

/** The platform is polled as often as there are answers. */
export function polls(...answers: object[]): void {
  for (const answer of answers)
    nock(backend)
      .get(pollPath)
      .reply(200, { ...answer });
}

/** Waits without delays. */
export const quick = { waitTime: 0 };
