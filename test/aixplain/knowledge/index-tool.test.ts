import { expect } from 'chai';
import nock from 'nock';
import { withoutNetwork } from '../../support/widgets.js';
import { answers, backend, connect, done } from '../support/platform.js';

describe('an index', () => {
  withoutNetwork();

  const does = (action: string, data: object, found: unknown) => answers('x1', { action, data }, { ...done, data: found });
  const index = () =>
    connect().Index.fromDict({ id: 'x1', name: 'Products', actionsAvailable: false }) as InstanceType<ReturnType<typeof connect>['Index']>;

  it('is made as any tool is, with the model that it finds by', async () => {
    nock(backend).get('/v2/integrations/vectors').reply(200, { id: 'vectors' });
    answers('vectors', { name: 'Products', data: { model: 'acme/embed/acme' } }, { ...done, data: { id: 'x1' } });
    nock(backend).get('/v2/tools/x1').reply(200, { id: 'x1', name: 'Products' });
    const { Index } = connect();
    const kb = await Index.create({ name: 'Products', integration: 'vectors', config: { model: 'acme/embed/acme' } });
    expect([kb.id, kb instanceof Index, kb.integrationId]).to.deep.equal(['x1', true, 'vectors']);
  });

  it('keeps, finds, reads, removes and counts', async () => {
    const kb = index();
    const records = [{ id: '1', text: 'Lamp, 9', metadata: { price: 9 } }];
    does('upsert', { records, chunking: { split_by: 'word' } }, 'ok');
    expect(await kb.upsert(records, { chunking: { split_by: 'word' } })).to.equal('ok');
    const filters = [{ field: 'price', operator: '<', value: 20 }] as const;
    does('search', { query: 'light', top_k: 5, filters }, [{ id: '1', text: 'Lamp, 9', score: 0.9 }]);
    expect((await kb.find('light', { topK: 5, filters }))[0]?.score).to.equal(0.9);
    does('search', { query: 'dark' }, '[{"id":"2","text":"x"}]');
    expect((await kb.find('dark')).map(({ id }) => id)).to.deep.equal(['2']);
    does('get', { id: '1' }, records[0] as object);
    expect((await kb.read('1'))?.text).to.equal('Lamp, 9');
    does('get', { id: '9' }, null);
    expect(await kb.read('9')).to.equal(null);
    does('delete', { id: '1' }, true);
    await kb.remove('1');
    does('count', {}, { count: 3 });
    does('count', {}, '3');
    expect([await kb.count(), await kb.count()]).to.deep.equal([3, 3]);
  });
});
