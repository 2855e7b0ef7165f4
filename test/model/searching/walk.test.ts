import { expect } from 'chai';
import nock from 'nock';
import { failure } from '../../support/failure.js';
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
