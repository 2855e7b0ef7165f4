import { Readable } from 'node:stream';
import type { Wire, WireRequest, WireResponse, WireTrace } from '../../../src/http/adapters/adapter.js';

/** What a scripted wire does with one request. */
export type Step = { status: number; body?: string; headers?: Record<string, string> } | { fails: string; connected?: boolean };

/** A wire that follows a script; the last step is repeated. */
export class ScriptedWire implements Wire {
  readonly decodes = false;
  readonly requests: WireRequest[] = [];
  readonly #steps: readonly Step[];

  constructor(...steps: Step[]) {
    this.#steps = steps;
  }

  async send(request: WireRequest, trace: WireTrace): Promise<WireResponse> {
    this.requests.push(request);
    if (request.body instanceof Readable) for await (const _ of request.body);
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
      body: Readable.from(body === '' ? [] : [Buffer.from(body)], { objectMode: false }),
      decoded: false,
    };
  }

  close(): void {}
}
