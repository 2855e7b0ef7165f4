import { expect } from 'chai';
import { BadRequestError, BaseResource, ConnectionError, Entity, Field, RunnableResourceMixin } from '../../../src/index.js';
import type { TransportRequest } from '../../../src/model/ports/transport.js';
import { failure } from '../../support/failure.js';
import { VirtualConnection } from '../../support/virtual.js';

@Entity({ path: 'widgets', update: 'patch', idempotency: true })
class Widget extends RunnableResourceMixin(BaseResource) {
  @Field() name!: string;
}

@Entity({ path: 'plain' })
class Plain extends BaseResource {
  @Field() name!: string;
}

const lost = (): never => {
  throw new ConnectionError('lost', { outcome: 'unknown' } as never);
};

const keys = ({ requests }: VirtualConnection): (string | undefined)[] =>
  requests.map(({ idempotencyKey }: TransportRequest) => idempotencyKey);

describe('a class whose platform honours idempotency keys', () => {
  it('creates and runs under a key of each, and updates without one', async () => {
    const connection = new VirtualConnection(({ path }) => (path.endsWith('run') ? { status: 'SUCCESS', completed: true } : { id: 'a' }));
    const Widgets = connection.bind(Widget);
    const widget = await new Widgets({ name: 'n' }).save();
    await widget.save({ name: 'm' });
    await widget.run();
    await widget.run({}, { idempotencyKey: 'mine' });
    await new (connection.bind(Plain))({ name: 'n' }).save();
    const [create, update, run, given, plain] = keys(connection);
    expect(create).to.match(/^[\da-f-]{36}$/);
    expect(run)
      .to.match(/^[\da-f-]{36}$/)
      .and.not.equal(create);
    expect([update, given, plain]).to.deep.equal([undefined, 'mine', undefined]);
  });

  it('creates a record again under the same key when the response was lost', async () => {
    let answers = [lost, lost, () => ({ id: 'a' })];
    const connection = new VirtualConnection(() => answers.shift()!());
    const widget = new (connection.bind(Widget))({ name: 'n' });
    await failure(widget.save(), ConnectionError);
    await failure(widget.save(), ConnectionError);
    await widget.save();
    expect(widget.id).to.equal('a');
    expect(new Set(keys(connection))).to.have.property('size', 1);
    answers = [() => ({ id: 'b' })];
    await new (connection.bind(Widget))({ name: 'n' }).save();
    expect(new Set(keys(connection))).to.have.property('size', 2);
  });

  it('does not create another record of other values after a lost response, unless that is forced', async () => {
    const answers = [lost, () => ({ id: 'a' })];
    const connection = new VirtualConnection(() => answers.shift()!());
    const widget = new (connection.bind(Widget))({ name: 'n' });
    const error = await failure(widget.save(), ConnectionError);
    widget.name = 'other';
    expect(await failure(widget.save(), ConnectionError)).to.equal(error);
    expect(connection.requests).to.have.length(1);
    await widget.save({}, { force: true });
    expect(new Set(keys(connection))).to.have.property('size', 2);
  });

  it('keeps the key of a lost create through a failure that says nothing of it', async () => {
    const refused = (): never => {
      throw new ConnectionError('refused');
    };
    const answers = [lost, refused, () => ({ id: 'a' })];
    const connection = new VirtualConnection(() => answers.shift()!());
    const widget = new (connection.bind(Widget))({ name: 'n' });
    await failure(widget.save(), ConnectionError);
    await failure(widget.save(), ConnectionError);
    await widget.save();
    expect([widget.id, new Set(keys(connection)).size]).to.deep.equal(['a', 1]);
  });

  it('takes a new key after a definite failure', async () => {
    const refuse = (): never => {
      throw new BadRequestError('no', { status: 400 } as never);
    };
    const answers = [refuse, () => ({ id: 'a' })];
    const connection = new VirtualConnection(() => answers.shift()!());
    const widget = new (connection.bind(Widget))({ name: 'n' });
    await failure(widget.save(), BadRequestError);
    await widget.save();
    expect(new Set(keys(connection))).to.have.property('size', 2);
  });
});
