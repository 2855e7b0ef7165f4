import { expect } from 'chai';
import { BaseResource, Entity, Field, ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { connect, Widget } from '../../support/widgets.js';

const api = connect();
const Widgets = api.bind(Widget);
const loaded = (over: object = {}): Widget =>
  Widgets.fromDict({ id: 'w1', name: 'first', config: { depth: 1 }, more: { x: 1 }, createdAt: '2024-01-01T00:00:00Z', ...over });

describe('clone', () => {
  it('is a deep copy without id, what the platform owns and saved state', async () => {
    const widget = loaded();
    const copy = await widget.clone();
    expect(copy).to.be.instanceOf(Widget);
    expect(copy.id).to.equal(null);
    expect(copy.isNew).to.equal(true);
    expect(copy.createdAt).to.equal(undefined);
    copy.config!.depth = 2;
    expect(widget.config!.depth).to.equal(1);
    expect(widget.isModified).to.equal(false);
    expect(copy.context).to.equal(api);
    expect(copy.toDict().more).to.deep.equal({ x: 1 });
  });

  it('carries unsaved edits and takes attributes', async () => {
    const widget = loaded();
    widget.name = 'edited';
    const copy = await widget.clone({ size: 3 });
    expect(copy.name).to.equal('edited');
    expect(copy.size).to.equal(3);
    expect(await failure(widget.clone({ nope: 1 } as object))).to.be.instanceOf(ValidationError);
  });

  it('works without a connection, and resets what it is told to', async () => {
    @Entity({ path: 'things' })
    class Thing extends BaseResource {
      @Field() name!: string;
      @Field({ onClone: 'reset' }) token!: string;
      @Field({ readOnly: true, onClone: 'copy' }) readonly origin!: string;
    }
    const copy = await Thing.fromDict({ id: '1', name: 'n', token: 't', origin: 'o' }).clone();
    expect(copy).to.include({ name: 'n', token: undefined, origin: 'o' });
  });
});

after(() => api.close());
