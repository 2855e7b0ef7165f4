import { expect } from 'chai';
import { z } from 'zod';
import { BaseResource, ConfigurationError, defineEntity, Entity, Field, ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { VirtualConnection } from '../../support/virtual.js';

/** A validator that is not zod, and takes its time. */
const even = {
  '~standard': {
    version: 1 as const,
    vendor: 'test',
    validate: async (value: unknown) =>
      Number(value) % 2 === 0 ? { value } : { issues: [{ message: 'must be even', path: [{ key: 'half' }, 0] }] },
  },
};

@Entity({
  path: 'widgets',
  update: 'patch',
  schema: z.object({ name: z.string().min(2).trim(), until: z.date().optional(), size: z.number().optional() }).loose(),
})
class Widget extends BaseResource {
  @Field() name!: string;
  @Field({ type: Date, name: 'until_at' }) until?: Date;
  @Field({ schema: even }) size?: number;
}

const connect = () => {
  const connection = new VirtualConnection(({ body }) => ({ id: 'a', ...(body as object) }));
  return { connection, Widgets: connection.bind(Widget) };
};

describe('a schema', () => {
  it('of a class and of a field is held to before a record is sent', async () => {
    const { connection, Widgets } = connect();
    const error = await failure(new Widgets({ name: 'x', size: 3 }).save(), ValidationError);
    expect(error.details.map(({ field }) => field)).to.deep.equal(['name', 'size.half.0']);
    expect(error.message).to.contain('size.half.0: must be even');
    expect(connection.requests).to.deep.equal([]);
  });

  it('sees property values, and changes nothing', async () => {
    const { connection, Widgets } = connect();
    const widget = await new Widgets({ name: ' ab ', until: new Date(0), size: 2 }).save();
    expect(connection.requests[0]?.body).to.deep.equal({ name: ' ab ', until_at: '1970-01-01T00:00:00.000Z', size: 2 });
    expect(widget.name).to.equal(' ab ');
  });

  it('is asked about changed records only', async () => {
    const { connection, Widgets } = connect();
    const odd = Widgets.fromDict({ id: 'a', name: 'x', size: 3 });
    await odd.save();
    expect(connection.requests).to.deep.equal([]);
    await failure(odd.save({ name: 'long' }), ValidationError);
    odd.size = 4;
    await odd.save();
    expect(connection.requests[0]?.body).to.deep.equal({ name: 'long', size: 4 });
  });

  it('works without decorators', async () => {
    const Plain = defineEntity({ name: 'Plain', path: 'p', fields: { name: { type: String, schema: z.string().email() } } });
    const connection = new VirtualConnection(() => ({ id: 'a' }));
    await failure(new (connection.bind(Plain))({ name: 'x' }).save(), ValidationError);
  });

  it('must be one', () => {
    expect(() => Entity({ schema: {} as never })).to.throw(ConfigurationError, 'Standard Schema');
    expect(() => defineEntity({ name: 'W', fields: { a: { schema: 5 as never } } })).to.throw(ConfigurationError, 'W.a');
    expect(() => {
      class Wrong extends BaseResource {
        @Field({ schema: 'x' as never }) a!: string;
      }
      return Wrong;
    }).to.throw(ConfigurationError, 'Wrong.a');
  });
});
