import { Readable } from 'node:stream';
import {
  type AdapterRequest,
  type AdapterResponse,
  type ConnectTrace,
  type HttpAdapter,
  isContent,
} from '../../../src/http/adapters/adapter.js';
import { NodeBody } from '../../../src/http/node/body.js';

/** What the adapter does with one request. */
export type Step = { status: number; body?: string; headers?: Record<string, string> } | { fails: string; connected?: boolean };

/** An adapter that follows a script; the last step is repeated. */
export class ScriptedAdapter implements HttpAdapter {
  readonly decodes = false;
  readonly requestsRanges = true;
  readonly requests: AdapterRequest[] = [];
  readonly #steps: readonly Step[];

  constructor(...steps: Step[]) {
    this.#steps = steps;
  }

  async send(request: AdapterRequest, trace: ConnectTrace): Promise<AdapterResponse> {
    this.requests.push(request);
    if (isContent(request.body)) for await (const _ of request.body.chunks());
    const step = this.#steps[Math.min(this.requests.length, this.#steps.length) - 1];
    if (!step) throw new Error('no script');
    if ('fails' in step) {
      trace.connected = step.connected ?? true;
      throw Object.assign(new Error(`scripted ${step.fails}`), { code: step.fails });
    }
    const { status, body = '', headers = {} } = step;
    return {
      status,
      statusText: '',
      headers,
      body: new NodeBody(Readable.from(body === '' ? [] : [Buffer.from(body)], { objectMode: false })),
      decoded: false,
    };
  }

  close(): void {}
}
