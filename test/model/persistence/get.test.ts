import { expect } from 'chai';
import nock from 'nock';
import { NotFoundError, ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { connect, origin, Widget, withoutNetwork } from '../../support/widgets.js';

const api = connect();
const Widgets = api.bind(Widget);

describe('get', () => {
  withoutNetwork();

  it('loads a record, clean and with its connection', async () => {
    nock(origin).get('/widgets/w%201').query({ host: 'h' }).reply(200, { id: 'w 1', name: 'n' });
    const widget = await Widgets.get('w 1', { host: 'h' });
    expect(widget.name).to.equal('n');
    expect(widget.isModified).to.equal(false);
    expect(widget.context).to.equal(api);
  });

  it('sends the host beside a query of the caller', async () => {
    nock(origin).get('/widgets/w1').query({ host: 'h', verbose: 'true' }).reply(200, { id: 'w1' });
    await Widgets.get('w1', { host: 'h', query: { verbose: true } });
  });

  it('asks for what its parameters say when it is called', async () => {
    const query = { verbose: 1 };
    const ids = ['w1'];
    for (const verbose of [1, 2]) nock(origin).get('/widgets/w1').query({ verbose }).reply(200, { id: 'w1', size: verbose });
    nock(origin).get('/widgets/w1').reply(200, { id: 'w1', size: 3 });
    const found = [1, 2].map((verbose) => Widgets.get('w1', { query: Object.assign(query, { verbose }) }));
    const all = Widgets.find(ids);
    query.verbose = 3;
    ids[0] = 'w2';
    expect([...(await Promise.all(found)), ...(await all)].map(({ size }) => size)).to.deep.equal([1, 2, 3]);
  });

  it('keeps the status of a failure', async () => {
    nock(origin).get('/widgets/w1').reply(404, { message: 'gone' });
    const error = await failure<NotFoundError>(Widgets.get('w1'));
    expect(error).to.be.instanceOf(NotFoundError);
    expect(error.message).to.contain('w1');
  });

  for (const id of ['', ' ', '.', '..', 'a\nb', undefined, null, {}]) {
    it(`refuses the id ${JSON.stringify(id)} before any request`, async () => {
      expect(await failure(Widgets.get(id as string))).to.be.instanceOf(ValidationError);
    });
  }

  it('says when the response is not a record', async () => {
    nock(origin).get('/widgets/w1').reply(200, [1]);
    expect((await failure(Widgets.get('w1'))).message).to.contain('not with a record');
  });

  it('is also called retrieve', async () => {
    nock(origin).get('/widgets/w1').reply(200, { id: 'w1' });
    expect((await Widgets.retrieve('w1')).id).to.equal('w1');
  });
});

after(() => api.close());
