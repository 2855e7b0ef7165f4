import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { BaseConnection } from '../../src/model/connection.js';
import type { ProgressBar } from '../../src/model/ports/environment.js';
import type { TransportRequest, TransportResponse } from '../../src/model/ports/transport.js';
import type { Progress } from '../../src/model/ports/waiter.js';
import { Poller } from '../../src/polling/poller.js';
import { VirtualClock } from './clock.js';

export const baseUrl = 'https://platform.test';
/** Another origin of the connection's own. */
export const serviceUrl = 'https://service.test:8443';

/** One for all, as in the front door: each that has been used makes every later promise of the process slower. */
const operations = new AsyncLocalStorage<unknown>();

/** What a request is answered with: a body, or a body and headers. A function may be async, and may throw. */
export type Answer = (request: TransportRequest) => unknown;

/** A connection whose platform is a function and whose time is virtual. */
export class VirtualConnection extends BaseConnection {
  readonly clock: VirtualClock;
  readonly requests: TransportRequest[];
  /** What progress bars were shown; null is the end of one. */
  readonly shown: (Progress | null)[];

  constructor(answer: Answer, { asyncContext = true }: { asyncContext?: boolean } = {}) {
    const clock = new VirtualClock();
    const requests: TransportRequest[] = [];
    const shown: (Progress | null)[] = [];
    const bar: ProgressBar = { show: (progress) => shown.push(progress), end: () => shown.push(null) };
    super({
      baseUrl,
      isOwn: (url) => [baseUrl, serviceUrl].includes(new URL(url).origin),
      clock,
      waiter: new Poller(clock, () => new AsyncResource('Wait')),
      progressBar: async () => bar,
      ...(asyncContext && { asyncContext: { run: (value, task) => operations.run(value, task), get: () => operations.getStore() } }),
      transport: {
        close: async () => undefined,
        request: async (request): Promise<TransportResponse> => {
          requests.push(request);
          const body = await answer(request);
          return body instanceof Headed ? { status: 200, headers: body.headers, body: body.body } : { status: 200, headers: {}, body };
        },
      },
    });
    this.clock = clock;
    this.requests = requests;
    this.shown = shown;
  }

  /** Methods and paths of the requests so far. */
  get log(): string[] {
    return this.requests.map(({ method, path }) => `${method} ${path}`);
  }
}

/** An answer with headers. */
export class Headed {
  constructor(
    readonly headers: Record<string, string>,
    readonly body: unknown,
  ) {}
}
