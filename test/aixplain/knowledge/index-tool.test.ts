import { expect } from 'chai';
import nock from 'nock';
import { withoutNetwork } from '../../support/widgets.js';
import { body, connect, models } from '../support/platform.js';

describe('an index', () => {
  withoutNetwork();

  const answers = (action: string, data: object, found: unknown) =>
    nock(models).post('/api/v2/execute/x1', body({ action, data })).reply(200, { status: 'SUCCESS', completed: true, data: found });
  const index = () =>
    connect().Index.fromDict({ id: 'x1', name: 'Products', actionsAvailable: false }) as InstanceType<ReturnType<typeof connect>['Index']>;

  it('keeps, finds, reads, removes and counts', async () => {
    const kb = index();
    const records = [{ id: '1', text: 'Lamp, 9', metadata: { price: 9 } }];
    answers('upsert', { records, chunking: { split_by: 'word' } }, 'ok');
    expect(await kb.upsert(records, { chunking: { split_by: 'word' } })).to.equal('ok');
    const filters = [{ field: 'price', operator: '<', value: 20 }] as const;
    answers('search', { query: 'light', top_k: 5, filters }, [{ id: '1', text: 'Lamp, 9', score: 0.9 }]);
    expect((await kb.find('light', { topK: 5, filters }))[0]?.score).to.equal(0.9);
    answers('search', { query: 'dark' }, '[{"id":"2","text":"x"}]');
    expect((await kb.find('dark')).map(({ id }) => id)).to.deep.equal(['2']);
    answers('get', { id: '1' }, records[0] as object);
    expect((await kb.read('1'))?.text).to.equal('Lamp, 9');
    answers('get', { id: '9' }, null);
    expect(await kb.read('9')).to.equal(null);
    answers('delete', { id: '1' }, true);
    await kb.remove('1');
    answers('count', {}, { count: 3 });
    answers('count', {}, '3');
    expect([await kb.count(), await kb.count()]).to.deep.equal([3, 3]);
  });
});
