import { expect } from 'chai';
import nock from 'nock';
import { BaseResource, Entity, Field, type ValidationError } from '../../../src/index.js';
import { oneOf, textOf, wholeNumber } from '../../../src/model/fields/checks.js';
import { failure } from '../../support/failure.js';
import { connect, origin, withoutNetwork } from '../../support/widgets.js';

@Entity({ path: 'letters', update: 'patch' })
class Letter extends BaseResource {
  @Field({ required: true, nullable: false, check: textOf(1, 5) }) to!: string | null;
  @Field({ createOnly: true }) from!: string;
  @Field({ check: wholeNumber(1, 3) }) pages!: number | null;
  @Field({ check: oneOf(['slow', 'fast']) }) speed!: string;
}

@Entity({ path: 'stones', create: 'none' })
class Stone extends BaseResource {
  @Field() colour!: string;
}

@Entity({ path: 'stamps', update: 'none' })
class Stamp extends BaseResource {
  @Field() colour!: string;
}

describe('a field with rules', () => {
  withoutNetwork();
  const api = connect();
  const problems = async (attributes: object): Promise<unknown> =>
    (await failure<ValidationError>(new (api.bind(Letter))(attributes).save())).details;

  it('is refused before any request when it breaks one, with one detail per field', async () => {
    expect(await problems({ to: '', pages: 4, speed: 'warp' })).to.deep.equal([
      { field: 'to', message: 'must have 1 to 5 characters (it has 0)' },
      { field: 'pages', message: 'must be a whole number from 1 to 3 (got 4)' },
      { field: 'speed', message: 'must be one of slow, fast (got "warp")' },
    ]);
  });

  it('that is required cannot be left out of a create', async () => {
    expect(await problems({ pages: 1 })).to.deep.equal([{ field: 'to', message: 'is required' }]);
    expect(await problems({ to: null })).to.deep.equal([{ field: 'to', message: 'must not be null' }]);
  });

  it('that may be null is not checked when it is', async () => {
    nock(origin).post('/letters', { to: 'you', pages: null }).reply(201, { id: 'l1' });
    await new (api.bind(Letter))({ to: 'you', pages: null } as object).save();
  });

  it('is not checked again while it stays as it was', async () => {
    const letter = api.bind(Letter).fromDict({ id: 'l1', to: 'far too long', from: 'me' });
    nock(origin).patch('/letters/l1', { pages: 2 }).reply(200, {});
    await letter.save({ pages: 2 });
  });

  it('that is chosen at creation is sent then, and cannot be changed later', async () => {
    nock(origin).post('/letters', { to: 'you', from: 'me' }).reply(201, { id: 'l1' });
    const letter = await new (api.bind(Letter))({ to: 'you', from: 'me' } as object).save();
    const error = await failure<ValidationError>(letter.save({ from: 'you' }));
    expect(error.message).to.contain('from is fixed once the record is created (was "me", is "you"). Undo it with revert(\'from\')');
  });
});

describe('a class that the platform', () => {
  withoutNetwork();
  const api = connect();

  it('cannot create says so, but updates', async () => {
    const Stones = api.bind(Stone);
    expect((await failure(new Stones({ colour: 'red' } as object).save())).message).to.contain('no way to create a Stone');
    nock(origin).put('/stones/s1').reply(200, {});
    await new Stones({ id: 's1', colour: 'red' } as object).save();
  });

  it('cannot update says so when something has changed, and sends nothing otherwise', async () => {
    const Stamps = api.bind(Stamp);
    const stamp = Stamps.fromDict({ id: 's1', colour: 'red' });
    await stamp.save({}, { force: true });
    expect((await failure(stamp.save({ colour: 'blue' }))).message).to.contain('no way to update a Stamp');
    nock(origin).post('/stamps').reply(201, { id: 's2' });
    await new Stamps({ colour: 'red' } as object).save();
  });
});

describe('the length of a text', () => {
  it('is counted in code points', () => {
    expect(textOf(0, 2)('🛫🛬')).to.equal(undefined);
    expect(textOf(0, 1)('🛫🛬')).to.equal('must have at most 1 character (it has 2)');
    expect(textOf(2)('x')).to.equal('must have at least 2 characters (it has 1)');
    expect(textOf(2)(7)).to.contain('must be a string (got 7)');
  });
});
