import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { expect } from 'chai';
import nock from 'nock';
import { failure } from '../../support/failure.js';
import { closeServers, json, serve } from '../../support/server.js';
import { realSockets } from '../../support/sockets.js';
import { turn } from '../../support/turns.js';
import { connect, origin, Widget, withoutNetwork } from '../../support/widgets.js';

describe('walking a search', () => {
  withoutNetwork();
  const api = connect();
  after(() => api.close());
  const page = (number: number) => ({ results: [{ id: `${number}a` }, { id: `${number}b` }], total: 6, pageTotal: 3 });

  it('does not fetch ahead when told not to', async () => {
    const asked: number[] = [];
    for (const number of [0, 1, 2]) {
      nock(origin)
        .post('/widgets/paginate', { pageNumber: number, pageSize: 2 })
        .optionally()
        .reply(200, () => {
          asked.push(number);
          return page(number);
        });
    }
    const walk = api.bind(Widget).search({ pageSize: 2 }).all({ prefetch: false });
    await walk.next();
    await walk.next();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(asked).to.deep.equal([0]);
    await walk.next();
    expect(asked).to.deep.equal([0, 1]);
    await walk.return();
  });

  it('ends the request for the next page when the loop is left', async () => {
    let ended = false;
    const fetch = ((_url: unknown, { body, signal }: RequestInit) =>
      new Promise<Response>((resolve, reject) => {
        if (new TextDecoder().decode(body as Uint8Array).includes('"pageNumber":0')) resolve(Response.json(page(0)));
        signal?.addEventListener('abort', () => {
          ended = true;
          reject(signal.reason);
        });
      })) as typeof globalThis.fetch;
    const other = connect({ fetch });
    for await (const widget of other.bind(Widget).search({ pageSize: 2 })) if (widget.id === '0b') break;
    await turn();
    expect(ended).to.equal(true);
    await other.close();
  });

  it('may be given a signal', async () => {
    const other = connect();
    nock(origin).post('/widgets/paginate').reply(200, page(0));
    const control = new AbortController();
    const walk = other.bind(Widget).search({ pageSize: 2 }).pages({ signal: control.signal, prefetch: false });
    await walk.next();
    control.abort();
    expect(await failure(walk.next())).to.have.property('name', 'AbortError');
    await other.close();
  });
});

describe('walking a search over HTTP', () => {
  realSockets();
  afterEach(closeServers);

  it('has sent the request for the next page when a page is handed out, since making its records takes a while', async () => {
    const sockets: Socket[] = [];
    const note = (message: unknown): void => void sockets.push((message as { socket: Socket }).socket);
    subscribe('net.client.socket', note);
    const { seen, url } = await serve(({ body }, response) => {
      const { pageNumber } = JSON.parse(body.toString()) as { pageNumber: number };
      json(response, 200, { results: [{ id: `w${pageNumber}` }], total: 3, pageTotal: 3 });
    });
    const api = connect({ baseUrl: url });
    const written: number[] = [];
    for await (const _page of api.bind(Widget).search({ pageSize: 1 }).pages())
      written.push(sockets.reduce((sum, socket) => sum + socket.bytesWritten, 0));
    unsubscribe('net.client.socket', note);
    await api.close();
    const each = written.at(-1)! / seen.length;
    expect(written.map((bytes) => bytes / each)).to.deep.equal([2, 3, 3]);
  });
});
