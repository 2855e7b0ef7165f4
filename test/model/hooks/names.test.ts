import { expect } from 'chai';
import { After, BaseResource, Before, ConfigurationError, Entity, type Events, withHooks } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { VirtualConnection } from '../../support/virtual.js';

const nothing = (): undefined => undefined;
const api = () => new VirtualConnection(() => ({ id: 'a' }));

describe('names of operations', () => {
  for (const name of [
    'sav',
    'Save',
    'svae',
    'saves',
    'beforeSave',
    'afterDelete',
    'delet',
    'runs',
    'update',
    'create',
    'runAsync',
    'search',
    'destroy',
    'reload',
    '',
    5,
  ]) {
    it(`refuse ${JSON.stringify(name)}, with those there are`, () => {
      for (const phase of ['before', 'after'] as const)
        expect(() => api()[phase](name as string, nothing)).to.throw(ConfigurationError, /save, clone, delete, refresh, run/);
      expect(() => Before(name as string)({}, 'method')).to.throw(ConfigurationError);
      expect(() => After(name as string)({}, 'method')).to.throw(ConfigurationError);
    });
  }

  it('accept those that a class loaded later may have', () => {
    for (const name of ['publish', 'approve', 'close', 'archive', 'lock', 'share', 'move', 'serve', 'saveAll'])
      expect(api().before(name, nothing)).to.be.a('function');
  });

  it('know those of @withHooks methods', async () => {
    @Entity({ path: 'w' })
    class Post extends BaseResource {
      calls: string[] = [];

      @Before('publicize') note(): void {
        this.calls.push('before');
      }

      @withHooks async publicize(): Promise<string> {
        this.calls.push('publicize');
        return 'done';
      }

      @withHooks({ operation: 'publicize' }) async publicizeLater(): Promise<void> {}
    }
    const connection = api();
    const post = connection.bind(Post).fromDict({ id: 'a' });
    connection.before('publicize', () => void post.calls.push('connection'));
    await post.publicize();
    expect(post.calls).to.deep.equal(['connection', 'before', 'publicize']);
    expect(() => connection.before('publicizr', nothing)).to.throw(ConfigurationError, 'did you mean publicize?');
    expect(() => connection.before('publicizeLater', nothing)).to.throw(ConfigurationError, 'those of publicize');
  });

  it('are looked at again when a record is used, for a class may declare its operation below the hook', async () => {
    @Entity({ path: 'w' })
    class Memo extends BaseResource {
      @Before('anounce') note(): void {}
      @withHooks async announce(): Promise<void> {}
    }
    const error = await failure(api().bind(Memo).fromDict({ id: 'a' }).announce());
    expect(error).to.be.instanceOf(ConfigurationError);
  });

  it('come with a hook that is a function', () => {
    expect(() => api().before('save', undefined as never)).to.throw(ConfigurationError, 'function');
  });
});

describe('names of events', () => {
  const record = () => api().bind(Plain).fromDict({ id: 'a' });

  @Entity({ path: 'w' })
  class Plain extends BaseResource {}

  for (const name of ['sav', 'Save', 'saved', 'deleted', 'completed', 'failed', 'polled', 'responses', 'update', 'onSave', 'progess']) {
    it(`refuse '${name}', with those there are`, () => {
      const emitters = [api(), api().events, record(), record().events, Plain.events] as unknown as Events<Record<string, unknown>>[];
      for (const emitter of emitters) {
        for (const method of ['on', 'once', 'off'] as const)
          expect(() => emitter[method](name, nothing), method).to.throw(ConfigurationError, /did you mean .*events are save, clone/);
      }
    });
  }

  it('say where errors go', () => {
    expect(() => record().on('error' as never, nothing)).to.throw(ConfigurationError, "'fail'");
    expect(api().on('error', nothing)).to.be.a('function');
  });

  it('accept the events of others', () => {
    for (const name of ['invoice', 'mail', 'close', 'sale', 'roll', 'validate', 'saving', 'app.save']) {
      expect(api().on(name as never, nothing), name).to.be.a('function');
      expect((record() as unknown as { on(name: string, listener: () => void): unknown }).on(name, nothing), name).to.be.a('function');
    }
  });

  it('come with a listener that is a function', () => {
    expect(() => api().on('save', 'x' as never)).to.throw(ConfigurationError, 'function');
    expect(() => api().on('save', undefined as never)).to.throw(ConfigurationError, 'function');
    expect(() => api().off('save')).not.to.throw();
  });
});
