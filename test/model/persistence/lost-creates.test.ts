import { expect } from 'chai';
import nock from 'nock';
import { APIError, ConnectionError, ResourceError, ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { connect, origin, Widget, withoutNetwork } from '../../support/widgets.js';

describe('a create whose response is lost', () => {
  withoutNetwork();
  const api = connect();
  const Widgets = api.bind(Widget);
  after(() => api.close());

  const lose = async (): Promise<{ widget: Widget; error: ResourceError }> => {
    nock(origin).post('/widgets').reply(502, 'gateway');
    const widget = new Widgets({ name: 'a' });
    return { widget, error: await failure<ResourceError>(widget.save()) };
  };

  it('says that it may have happened', async () => {
    const { error } = await lose();
    expect(error.outcome).to.equal('unknown');
    expect(error.retryable).to.equal(false);
  });

  it('does not create a second one until it is told to', async () => {
    const { widget, error } = await lose();
    expect(await failure(widget.save())).to.equal(error);
    expect(await failure(widget.save({ name: 'b' }))).to.equal(error);
    nock(origin).post('/widgets', { name: 'b' }).reply(201, { id: 'w2' });
    await widget.save({}, { force: true });
    expect(widget.id).to.equal('w2');
    await widget.save();
  });

  it('does the same when the response has no id', async () => {
    nock(origin).post('/widgets').reply(201, { ok: true });
    const widget = new Widgets({ name: 'a' });
    const error = await failure<ResourceError>(widget.save());
    expect(error.outcome).to.equal('unknown');
    expect(await failure(widget.save())).to.equal(error);
  });

  it('does the same when the class cannot read the response, whatever it throws', async () => {
    class Picky extends Widget {
      static override readResponse(): never {
        throw new ValidationError('not as expected');
      }
    }
    nock(origin).post('/widgets').reply(201, { id: 'w1' });
    const widget = new (api.bind(Picky))({ name: 'a' });
    const error = await failure<ResourceError>(widget.save());
    expect(error.outcome).to.equal('unknown');
    expect(await failure(widget.save())).to.equal(error);
  });

  it('but creates again after a refusal, which surely did not happen', async () => {
    nock(origin).post('/widgets').reply(400, { message: 'no' });
    const widget = new Widgets({ name: 'a' });
    expect(await failure<APIError>(widget.save()))
      .to.be.instanceOf(APIError)
      .with.property('outcome', undefined);
    nock(origin)
      .post('/widgets')
      .replyWithError(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
    expect(await failure(widget.save()))
      .to.be.instanceOf(ConnectionError)
      .with.property('outcome', undefined);
    nock(origin).post('/widgets').reply(201, { id: 'w1' });
    await widget.save();
  });
});

describe('a save with an idempotency key', () => {
  withoutNetwork();

  it('sends it, and may be made again', async () => {
    const api = connect();
    nock(origin, { reqheaders: { 'idempotency-key': 'k-1' } })
      .post('/widgets')
      .reply(504, {});
    const widget = new (api.bind(Widget))({ name: 'a' });
    await failure(widget.save({}, { idempotencyKey: 'k-1' }));
    nock(origin, { reqheaders: { 'idempotency-key': 'k-1' } })
      .post('/widgets')
      .reply(201, { id: 'w1' });
    await widget.save({}, { idempotencyKey: 'k-1' });
    expect(widget.id).to.equal('w1');
    await api.close();
  });
});
