import { expect } from 'chai';
import nock from 'nock';
import { DeleteResult, Entity, ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { connect, origin, Widget, withoutNetwork } from '../../support/widgets.js';

const api = connect();
const Widgets = api.bind(Widget);
const loaded = (over: object = {}): Widget =>
  Widgets.fromDict({ id: 'w1', name: 'first', config: { depth: 1 }, more: { x: 1 }, createdAt: '2024-01-01T00:00:00Z', ...over });

describe('delete', () => {
  withoutNetwork();

  it('marks the record and gives the old id', async () => {
    nock(origin).delete('/widgets/w1').reply(204);
    const widget = loaded();
    const result = await widget.delete();
    expect(result).to.be.instanceOf(DeleteResult);
    expect(result).to.include({ status: 'SUCCESS', completed: true, deletedId: 'w1' });
    expect(widget.isDeleted).to.equal(true);
    expect(widget.id).to.equal(null);
  });

  it('leaves the record alive when it fails', async () => {
    nock(origin).delete('/widgets/w1').reply(403, { message: 'no' });
    const widget = loaded();
    await failure(widget.delete());
    expect(widget.isDeleted).to.equal(false);
    expect(widget.id).to.equal('w1');
  });

  it('ends everything but reading and cloning', async () => {
    nock(origin).delete('/widgets/w1').reply(200, {});
    const widget = loaded();
    await widget.delete();
    const acts: (() => Promise<unknown>)[] = [
      () => widget.save(),
      () => widget.save({ name: 'x' }),
      () => widget.refresh(),
      () => widget.delete(),
      () => widget.run(),
    ];
    for (const act of acts) {
      const error = await failure(Promise.resolve().then(act));
      expect(error).to.be.instanceOf(ValidationError);
      expect(error.message).to.contain('has been deleted');
    }
    expect(() => widget.encodedId).to.throw(ValidationError, /deleted/);
    expect(widget.name).to.equal('first');
    expect(widget.toDict().config).to.deep.equal({ depth: 1 });
    const copy = await widget.clone();
    nock(origin)
      .post('/widgets', { name: 'first', config: { depth: 1 }, more: { x: 1 } })
      .reply(201, { id: 'w2' });
    await copy.save();
    expect(copy.id).to.equal('w2');
  });

  it('is refused by a class whose platform cannot delete, unless a subclass can', async () => {
    @Entity({ delete: 'none' })
    class Fixture extends Widget {}
    @Entity({ delete: 'DELETE' })
    class Loose extends Fixture {}
    const error = await failure(api.bind(Fixture).fromDict({ id: 'w1' }).delete());
    expect(error).to.be.instanceOf(ValidationError);
    expect(error.message).to.equal('Fixture(id=w1) cannot be deleted on its platform.');
    nock(origin).delete('/widgets/w1').reply(204);
    await api.bind(Loose).fromDict({ id: 'w1' }).delete();
  });

  it('needs a saved record', async () => {
    expect((await failure(Promise.resolve().then(() => new Widgets().delete()))).message).to.contain('not been saved');
  });
});

after(() => api.close());
