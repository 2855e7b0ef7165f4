import { expect } from 'chai';
import { NodeClient } from '../../../src/http/node/client.js';
import { APIError, ConnectionError } from '../../../src/model/errors/index.js';
import type { TransportRequest } from '../../../src/model/ports/transport.js';
import { closeServers, json, serve } from '../../support/server.js';
import { realSockets } from '../../support/sockets.js';
import { senders } from './senders.js';

const create: TransportRequest = { method: 'POST', path: 'x', once: true, attempt: 'save a new Widget' };

/** Saves against a server that creates and then drops the connection. */
export function lostCreates(saves: number): void {
  realSockets();
  afterEach(closeServers);

  for (const [name, sender] of senders) {
    it(`never gets a duplicate out of ${saves} saves with ${name}: each is there once or a clear error`, async () => {
      const records = new Map<string, number>();
      const server = await serve(({ body }, response, count) => {
        const { name } = JSON.parse(body.toString()) as { name: string };
        const step = count % 4;
        if (step === 0) return json(response, 503, { message: 'later' }, { 'retry-after': '0' });
        records.set(name, (records.get(name) ?? 0) + 1);
        if (step === 1) return json(response, 201, { name });
        if (step === 2) return response.socket?.destroy();
        response.writeHead(201, { 'content-length': 1000 }).write('{"name":');
        setImmediate(() => response.socket?.destroy());
      });
      const client = new NodeClient({
        baseUrl: server.url,
        apiKey: 'secret-key-1',
        retry: { baseDelay: 0.001 },
        ...sender,
        limits: { concurrency: 20 },
      });
      const names = Array.from({ length: saves }, (_, index) => `record ${index}`);
      const results = await Promise.allSettled(names.map((name) => client.request({ ...create, body: { name } })));
      expect(Math.max(...records.values())).to.equal(1);
      let clear = 0;
      results.forEach((result, index) => {
        const there = records.has(names[index] ?? '');
        if (result.status === 'fulfilled') expect(there).to.equal(true);
        else if (result.reason instanceof APIError) expect([result.reason.status, there]).to.deep.equal([503, false]);
        else expect(result.reason).to.be.instanceOf(ConnectionError).and.include({ outcome: 'unknown', retryable: false });
        if (result.status === 'rejected') clear++;
      });
      expect(clear).to.be.greaterThan(saves / 10);
    });
  }

  it(`ends with exactly ${saves} records when the platform honours idempotency keys`, async () => {
    const records = new Map<string, string>();
    const server = await serve(({ body, headers }, response, count) => {
      const key = String(headers['idempotency-key']);
      const known = records.has(key);
      if (!known) records.set(key, body.toString());
      if (count % 3 === 0 && !known) return response.socket?.destroy();
      json(response, known ? 200 : 201, JSON.parse(records.get(key) ?? ''));
    });
    const client = new NodeClient({ baseUrl: server.url, apiKey: 'secret-key-1', retry: { baseDelay: 0.001 }, idempotency: true });
    const names = Array.from({ length: saves }, (_, index) => `record ${index}`);
    const results = await Promise.all(names.map((name) => client.request({ ...create, body: { name } })));
    expect(results.map(({ body }) => (body as { name: string }).name)).to.deep.equal(names);
    expect(records.size).to.equal(saves);
    expect(server.seen.length).to.be.greaterThan(saves);
  });
}
