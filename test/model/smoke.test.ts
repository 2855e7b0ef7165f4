import { inspect } from 'node:util';
import { expect } from 'chai';
import nock from 'nock';
import { connect, Gadget, origin, Widget, withoutNetwork } from '../support/widgets.js';

describe('smoke', () => {
  withoutNetwork();
  it('lives', async () => {
    const api = connect();
    const Widgets = api.bind(Widget);
    nock(origin)
      .post('/widgets', { name: 'a', config: { depth: 1 } })
      .reply(201, { id: 'w1', name: 'a', config: { depth: 1 }, createdAt: '2024-01-15T10:00:00.000Z', extra: { x: 1 } });
    const w = new Widgets({ name: 'a', config: { depth: 1 } });
    expect(w.isNew).to.equal(true);
    await w.save();
    expect(w.id).to.equal('w1');
    expect(w.isModified).to.equal(false);
    w.config!.depth = 2;
    expect(w.changedFields).to.deep.equal(['config']);
    console.log(inspect(w), w.changes);
    nock(origin)
      .patch('/widgets/w1', { config: { depth: 2 } })
      .reply(200, {});
    await w.save();
    expect(w.isModified).to.equal(false);
    expect(w.toDict()).to.deep.equal({ id: 'w1', name: 'a', config: { depth: 2 }, createdAt: '2024-01-15T10:00:00.000Z', extra: { x: 1 } });
    const c = await w.clone({ name: 'b' });
    expect(c.isNew).to.equal(true);
    expect(c.context).to.equal(api);
    expect(c instanceof Widget).to.equal(true);
    nock(origin)
      .post('/widgets/paginate', { pageNumber: 0, pageSize: 2, q: 'x' })
      .reply(200, { results: [{ id: '1' }, { id: '2' }], total: 3, pageTotal: 2 });
    nock(origin)
      .post('/widgets/paginate', { pageNumber: 1, pageSize: 2, q: 'x' })
      .reply(200, { results: [{ id: '3' }], total: 3, pageTotal: 2 });
    const ids = [];
    for await (const r of Widgets.search({ query: 'x', pageSize: 2 })) ids.push(r.id);
    expect(ids).to.deep.equal(['1', '2', '3']);
    nock(origin)
      .post('/widgets/w1/run', { a: 1 })
      .reply(200, { status: 'IN_PROGRESS', data: `${origin}/runs/9`, requestId: 'r9' });
    nock(origin).get('/runs/9').reply(200, { status: 'IN_PROGRESS', completed: false });
    nock(origin).get('/runs/9').reply(200, { status: 'SUCCESS', completed: true, data: 5 });
    const polls: number[] = [];
    w.on('poll', (e) => polls.push(e.attempt));
    const result = await w.run({ a: 1 }, { waitTime: 0.01 });
    expect(result.data).to.equal(5);
    expect(polls).to.deep.equal([1, 2]);
    nock(origin).delete('/widgets/w1').reply(204);
    const d = await w.delete();
    expect(d.deletedId).to.equal('w1');
    expect(w.id).to.equal(null);
    let error: unknown;
    await w.save().catch((e: unknown) => {
      error = e;
    });
    expect(String(error)).to.match(/deleted/);
    await api.close();
  });
});
