import { expect } from 'chai';
import { Transform } from 'class-transformer';
import { IsEmail } from 'class-validator';
import { z } from 'zod';
import {
  APIError,
  BaseResource,
  ConfigurationError,
  defineEntity,
  Entity,
  type EntityOptions,
  Field,
  GetResourceMixin,
  SearchResourceMixin,
  StaleRecordError,
  ValidationError,
} from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { Headed, VirtualConnection } from '../../support/virtual.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A validator that takes its time, and counts. */
let asked = 0;
const even = {
  '~standard': {
    version: 1 as const,
    vendor: 'test',
    validate: async (value: unknown) => {
      asked++;
      await turn();
      return Number(value) % 2 === 0 ? { value } : { issues: [{ message: 'must be even' }] };
    },
  },
};

const schema = z.object({ name: z.string().min(2).trim(), until: z.date().optional() }).loose();

/** A class, and a platform that has one record. */
function platform(row: Record<string, unknown>, options: EntityOptions = {}) {
  @Entity({ path: 'widgets', update: 'patch', schema, validate: 'load', ...options })
  class Widget extends GetResourceMixin(SearchResourceMixin(BaseResource)) {
    @Field() name!: string;
    @Field({ type: Date, name: 'until_at' }) until?: Date;
    @Field({ schema: even }) size?: number;
    @Field() config?: { depth: number };
  }
  const state = { row: { id: 'w1', ...row } as Record<string, unknown> };
  const connection = new VirtualConnection(({ method, path, body }) => {
    if (path.endsWith('paginate')) return { results: [state.row], total: 1 };
    if (method === 'POST') return { ...(body as object), ...state.row };
    return method === 'PATCH' ? { ...state.row, ...(body as object), ...state.row } : state.row;
  });
  return { state, connection, Widgets: connection.bind(Widget) };
}

describe('a schema that is held to when records are loaded', () => {
  it('refuses what get() receives, and names class, id and fields', async () => {
    const { state, Widgets } = platform({ name: 'x', size: 3 });
    const error = await failure(Widgets.get('w1'), ValidationError);
    expect(error.message).to.contain('get of Widget "w1"').and.contain('size: must be even');
    expect(error.details.map(({ field }) => field)).to.deep.equal(['name', 'size']);
    await failure(Widgets.find(['w1']), ValidationError);
    state.row = { id: 'w1', name: ' long ', size: 2, until_at: '2024-01-01' };
    const widget = await Widgets.get('w1');
    expect([widget.name, widget.until, widget.isModified]).to.deep.equal([' long ', new Date('2024-01-01'), false]);
  });

  it('is not asked when nobody asked for it, nor about what is sent unless it is both', async () => {
    for (const [validate, loads, saves] of [
      [undefined, false, true],
      ['save', false, true],
      ['load', true, false],
      ['both', true, true],
    ] as const) {
      const { state, Widgets } = platform({ name: 'x' }, validate === undefined ? { validate: 'save' } : { validate });
      const refused = await Widgets.get('w1').then(
        () => false,
        (error: unknown) => error instanceof ValidationError,
      );
      expect(refused, String(validate)).to.equal(loads);
      state.row = { id: 'w1', name: 'long' };
      const refusedSave = await Widgets.get('w1').then(async (widget) => failure(widget.save({ name: 'y' })).catch(() => undefined));
      expect(refusedSave instanceof ValidationError, `${validate} saves`).to.equal(saves);
    }
  });

  it('never sees what the caller makes, and cannot change what it sees', async () => {
    const meddling = {
      '~standard': {
        version: 1 as const,
        vendor: 'test',
        validate: (value: unknown) => {
          const { config, until } = value as { config: { depth: number }; until: Date };
          config.depth = 9;
          until.setTime(0);
          return { value };
        },
      },
    };
    const { Widgets } = platform({ name: 'x', config: { depth: 1 }, until_at: '2024-01-01' }, { schema: meddling });
    asked = 0;
    Widgets.fromDict({ id: 'w1', name: 'x', size: 3 });
    expect(asked).to.equal(0);
    const widget = await Widgets.get('w1');
    expect([widget.config, widget.until, widget.isModified]).to.deep.equal([{ depth: 1 }, new Date('2024-01-01'), false]);
  });

  it('leaves a record as it was when a refresh is refused', async () => {
    const { state, Widgets } = platform({ name: 'good' });
    const widget = await Widgets.get('w1');
    widget.name = 'mine';
    state.row = { id: 'w1', name: 'x', size: 3 };
    const failed: unknown[] = [];
    widget.on('fail', ({ error }) => failed.push(error));
    const error = await failure(widget.refresh(), ValidationError);
    expect(error.message).to.contain('refresh of Widget(id=w1, name=mine)');
    expect([widget.changes, widget.size]).to.deep.equal([{ name: { from: 'good', to: 'mine' } }, undefined]);
    expect(failed).to.deep.equal([error]);
    state.row = { id: 'w1', name: 'theirs' };
    await widget.refresh({ keepChanges: true });
    expect(widget.changes).to.deep.equal({ name: { from: 'theirs', to: 'mine' } });
  });

  it('leaves a record as it was when the response to its update is refused', async () => {
    const { state, connection, Widgets } = platform({ name: 'good' });
    const widget = await Widgets.get('w1');
    state.row = { id: 'w1', size: 3 };
    const error = await failure(widget.save({ name: 'mine' }), ValidationError);
    expect(error.message).to.contain('the platform has saved it').and.contain('size: must be even');
    expect([error.details, error.outcome]).to.deep.equal([[{ field: 'size', message: 'must be even' }], undefined]);
    expect(widget.changes).to.deep.equal({ name: { from: 'good', to: 'mine' } });
    state.row = { id: 'w1', size: 4 };
    await widget.save();
    expect([widget.isModified, widget.size]).to.deep.equal([false, 4]);
    expect(connection.log).to.deep.equal(['GET widgets/w1', 'PATCH widgets/w1', 'PATCH widgets/w1']);
  });

  it('does not let a create whose response was refused be sent twice', async () => {
    const { state, connection, Widgets } = platform({ size: 3 });
    const widget = new Widgets({ name: 'new' });
    const error = await failure(widget.save(), ValidationError);
    expect(error.message).to.contain('created it (its id is "w1")').and.contain('Search for the record');
    expect([error.outcome, widget.isNew, widget.id]).to.deep.equal(['unknown', true, null]);
    expect(await failure(widget.save())).to.equal(error);
    expect(connection.log).to.deep.equal(['POST widgets']);
    state.row = { id: 'w2' };
    await widget.save({}, { force: true });
    expect([widget.id, connection.log]).to.deep.equal(['w2', ['POST widgets', 'POST widgets']]);
  });

  it('is not asked about a response without a record', async () => {
    const { state, Widgets } = platform({ name: 'good' });
    const widget = await Widgets.get('w1');
    state.row = {};
    asked = 0;
    await widget.save({ config: { depth: 2 } });
    expect([widget.isModified, asked]).to.deep.equal([false, 0]);
  });

  it('is asked about a partial response together with what was saved and sent', async () => {
    const { state, Widgets } = platform({ name: 'good', size: 2 });
    const widget = await Widgets.get('w1');
    state.row = { size: 4 };
    await widget.save({ config: { depth: 2 } });
    expect(widget.toDict()).to.deep.equal({ id: 'w1', name: 'good', size: 4, config: { depth: 2 } });
  });

  it('is held to where conflicts are solved, but not where theirs is overwritten', async () => {
    const row: Record<string, unknown> = { id: 'w1', name: 'good' };
    let revision = 1;
    const connection = new VirtualConnection(({ method, body, headers = {} }) => {
      if (method === 'PATCH') {
        if (headers['if-match'] !== `"${revision}"`) throw new APIError('stale', { status: 412 });
        Object.assign(row, body);
        revision++;
      }
      return new Headed({ etag: `"${revision}"` }, { ...row });
    });
    @Entity({ path: 'widgets', update: 'patch', concurrency: 'etag', schema, validate: 'load' })
    class Guarded extends GetResourceMixin(BaseResource) {
      @Field() name!: string;
      @Field() size?: number;
    }
    const widget = await connection.bind(Guarded).get('w1');
    Object.assign(row, { name: 'x' });
    revision++;
    const stale = await failure(widget.save({ size: 1 }), StaleRecordError);
    await failure(stale.theirs(), ValidationError);
    const error = await failure(widget.save({}, { onConflict: 'rebase' }), ValidationError);
    expect(error.message).to.contain('what the platform has now');
    expect(widget.changedFields).to.deep.equal(['size']);
    await widget.save({ name: 'mended' }, { onConflict: 'overwrite' });
    expect([row.name, row.size]).to.deep.equal(['mended', 1]);
  });

  it('may be rules of class-validator, or those of a class without decorators', async () => {
    @Entity({ path: 'people', validate: 'load' })
    class Person extends GetResourceMixin(BaseResource) {
      @Field() @IsEmail() email!: string;
    }
    const connection = new VirtualConnection(() => ({ id: 'p1', email: 'x' }));
    const error = await failure(connection.bind(Person).get('p1'), ValidationError);
    expect(error.details.map(({ field }) => field)).to.deep.equal(['email']);
    const Plain = defineEntity({
      name: 'Plain',
      path: 'people',
      mixins: [GetResourceMixin],
      validate: 'load',
      fields: { email: { type: String, schema: z.email() } },
    });
    await failure(connection.bind(Plain).get('p1'), ValidationError);
  });

  it('counts a value that cannot be decoded among the problems, and names its field', async () => {
    const picky = ({ value }: { value: unknown }) => {
      if (value === 'bad') throw new TypeError('unreadable');
      return value;
    };
    @Entity({ path: 'marks', validate: 'load', schema: z.object({}).loose() })
    class Mark extends GetResourceMixin(SearchResourceMixin(BaseResource)) {
      @Field() @Transform(picky) a?: string;
    }
    const rows = [{ id: 'm1', a: 'bad' }, { id: 'm2' }];
    const Marks = new VirtualConnection(({ path }) => (path.endsWith('paginate') ? { results: rows, total: 2 } : rows[0])).bind(Mark);
    const { results, invalid } = await Marks.search();
    expect(results.map(({ id }) => id)).to.deep.equal(['m2']);
    expect(invalid[0]!.error.message).to.contain('a: cannot be read: unreadable');
    await failure(Marks.get('m1'), ValidationError);
  });

  it('is told of without the secrets of the record', async () => {
    const telling = {
      validate: (value: unknown) => ({ issues: [{ message: `bad: ${JSON.stringify(value)}` }] }),
      vendor: 'test',
      version: 1 as const,
    };
    @Entity({ path: 'keys', validate: 'load' })
    class Key extends GetResourceMixin(BaseResource) {
      @Field({ secret: true, schema: { '~standard': telling } }) token!: string;
    }
    const error = await failure(new VirtualConnection(() => ({ id: 'k1', token: 'top-secret-1' })).bind(Key).get('k1'), ValidationError);
    expect(error.message).to.contain('[redacted]');
    expect(JSON.stringify([error.message, error.details])).to.not.contain('top-secret-1');
  });

  it('is asked for with one of three words', () => {
    expect(() => Entity({ validate: 'loads' as never })).to.throw(ConfigurationError, 'save, load, both');
    expect(() => Entity({ validates: 'load' } as never)).to.throw(ConfigurationError, 'validate');
  });
});
