import { expect } from 'chai';
import { Aixplain, FileResource, Pipeline } from '../../../src/aixplain/index.js';
import {
  type Attributes,
  BaseResource,
  type ConfigurationError,
  Connection,
  type ConnectionOptions,
  Entity,
  Field,
  type HookContext,
  runMany,
  type SaveOptions,
  ValidationError,
  WaitableResourceMixin,
  waitAll,
  waitAny,
  withHooks,
} from '../../../src/index.js';
import { membersOf } from '../../../src/model/support/members.js';
import { Moderately } from '../../../src/moderately/index.js';
import { failure } from '../../support/failure.js';
import { VirtualConnection } from '../../support/virtual.js';
import { connect, Gadget, Widget } from '../../support/widgets.js';

/** As JavaScript hands it over: without types. */
const untyped = (options: object) => options as never;

/** What a function throws. */
function thrown(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected it to throw');
}

describe('unknown options of a connection', () => {
  const baseUrl = 'https://platform.test';
  const cases: [string, () => unknown, RegExp][] = [
    ['of any', () => new Connection(untyped({ baseUrl, maxRetry: 3 })), /maxRetry .*maxRetries/],
    ['nested in retry', () => new Connection(untyped({ baseUrl, retry: { baseDelays: 1 } })), /retry\.baseDelays .*baseDelay/],
    ['nested in limits', () => new Connection(untyped({ baseUrl, limits: { concurency: 1 } })), /limits\.concurency .*concurrency/],
    ['read from JSON', () => new Connection(untyped(JSON.parse(`{"baseUrl":"${baseUrl}","time_out":3}`))), /time_out .*timeout/],
    ['of Moderately', () => new Moderately(untyped({ baseUrl, apiKey: 'k', teamID: 't' })), /teamID .*teamId/],
    [
      'of Moderately in limits',
      () => new Moderately(untyped({ apiKey: 'k', teamId: 't', limits: { persecond: 1 } })),
      /limits\.persecond .*perSecond/,
    ],
    ['of Aixplain', () => new Aixplain(untyped({ apiKey: 'k', backendURL: baseUrl })), /backendURL .*backendUrl/],
    ['of Aixplain in retry', () => new Aixplain(untyped({ apiKey: 'k', retry: { status: [500] } })), /retry\.status .*statuses/],
    ['retry that is no object', () => new Connection(untyped({ baseUrl, retry: 3 })), /retry must be an object/],
  ];
  for (const [title, make, message] of cases) {
    it(`are refused: ${title}`, () => {
      const error = thrown(make) as ConfigurationError;
      expect(error.name).to.equal('ConfigurationError');
      expect(error.message).to.match(message);
    });
  }

  it('are named without their values, which may be secrets', () => {
    expect(thrown(() => new Connection(untyped({ baseUrl, apikey: 'very-secret' }))).message).not.to.contain('very-secret');
  });

  it('may be undefined', () => {
    const options: ConnectionOptions & { other?: string | undefined } = { baseUrl, other: undefined };
    expect(new Connection(options)).to.be.instanceOf(Connection);
  });
});

describe('unknown options of a call', () => {
  const api = connect();
  const Widgets = api.bind(Widget);
  const widget = Widgets.fromDict({ id: 'a', name: 'n' });
  const mai = new Moderately({ apiKey: 'k', teamId: 't', baseUrl: 'https://mai.test' });
  const dataset = mai.Dataset.fromDict({ datasetId: 'd', name: 'n', currentDataVersionId: 'v' });
  const pipeline = mai.Pipeline.fromDict({ pipelineId: 'p', name: 'n' });
  const execution = mai.PipelineExecution.fromDict({ pipelineExecutionId: 'e', status: 'running' });
  const aix = new Aixplain({ apiKey: 'k' });
  const asset = aix.bind(Pipeline).fromDict({ id: 'a', name: 'n' });
  const typo = untyped({ timout: 5 });
  const cases: Record<string, () => PromiseLike<unknown>> = {
    get: () => Widgets.get('a', typo),
    search: () => Widgets.search({}, typo),
    create: () => Widgets.create({}, typo),
    save: () => widget.save({ name: 'x' }, typo),
    update: () => widget.update({ name: 'x' }, typo),
    delete: () => widget.delete(typo),
    refresh: () => widget.refresh(typo),
    run: () => widget.run({}, typo),
    runAsync: () => widget.runAsync({}, typo),
    runMany: async () => widget.runMany([], typo),
    toDict: async () => widget.toDict(untyped({ group: ['a'] })),
    poll: () => widget.poll('https://platform.test/runs/1', typo),
    syncPoll: () => widget.syncPoll('https://platform.test/runs/1', typo),
    'a wait of the connection': () => api.wait({ subject: 'it', poll: async () => ({ state: 1, final: true }) }, typo),
    'a request of the connection': () => api.send(untyped({ method: 'GET', path: 'x', timout: 5 })),
    waitAll: () => waitAll([], typo),
    waitAny: () => waitAny([widget as never], typo),
    'runMany of anything': async () => runMany([], async () => 1, untyped({ concurency: 1 })),
    'wait of a record': () => execution.wait(typo),
    'polls of a record': () => execution.polls(typo).next(),
    'a token': async () => execution.token(typo),
    upload: () => mai.File.upload(new Uint8Array(1), untyped({ name: 'a.csv', timout: 5 })),
    download: () => mai.File.fromDict({ fileId: 'f', fileName: 'a' }).download(undefined, typo),
    uploadData: () => dataset.uploadData(new Uint8Array(1), untyped({ name: 'a.csv', timout: 5 })),
    downloadData: () => dataset.downloadData(typo),
    createSchema: () => dataset.createSchema([{ name: 'a', type: 'str' }], untyped({ statuss: 'current' })),
    createSchemaFromSample: () => dataset.createSchemaFromSample(new Uint8Array(1), untyped({ sampleSizes: 3 })),
    process: () => dataset.process(typo),
    execute: () => pipeline.execute({}, typo),
    output: () => execution.output(untyped({ rwa: true })),
    cancel: () => execution.cancel('why', typo),
    whoami: () => mai.whoami(typo),
    'a save of an aiXplain pipeline': () => asset.save({ name: 'x' }, untyped({ saveAsAssett: true })),
    'a run of an aiXplain pipeline': () => asset.run('x', untyped({ batchMod: true })),
    'a save of a file resource': () => new (aix.bind(FileResource))({ filePath: 'x' }).save({}, untyped({ licence: 'MIT' })),
  };
  for (const [title, call] of Object.entries(cases)) {
    it(`are refused before any request: ${title}`, async () => {
      const error = await failure(
        new Promise((resolve, reject) => Promise.resolve(call()).then(resolve, reject)).catch((e) => Promise.reject(e)),
        ValidationError,
      );
      expect(error.message).to.match(/is not an option \(did you mean \w+\?\)/);
    });
  }

  it('are refused in a walk', async () => {
    const found = new VirtualConnection(() => ({ results: [{ id: 'a' }], total: 1 })).bind(Widget).search();
    const error = await failure(found.toArray(untyped({ limitt: 1 })), ValidationError);
    expect(error.message).to.contain('did you mean limit?');
  });

  it('are refused where there is no object', async () => {
    for (const options of [5, 'x', null, []]) await failure(Widgets.get('a', options as never), ValidationError);
  });

  it('are told from the parameters of a search, which come first', async () => {
    const search = Widgets.search({}, untyped({ pageSize: 2 }));
    expect((await failure(search, ValidationError)).message).to.contain('pageSize is a parameter, not an option: search({ pageSize })');
  });

  it('of a search may begin like its parameters where the class has them, or have no value', async () => {
    class Paged extends Widget {
      static searchOptions = ['pageCache'];
    }
    const Found = new VirtualConnection(() => ({ results: [], total: 0 })).bind(Paged);
    for (const options of [{ pageCache: 1 }, { pageSize: undefined, sortBy: undefined }]) await Found.search({}, untyped(options));
  });

  it('name themselves in the details', async () => {
    const { details } = await failure(Widgets.get('a', typo), ValidationError);
    expect(details).to.deep.equal([{ field: 'timout', message: 'is not an option (did you mean timeout?)' }]);
  });
});

describe('options of a class of its own', () => {
  interface AssetOptions extends SaveOptions {
    asAsset?: boolean;
  }

  @Entity({ path: 'assets' })
  class Asset extends WaitableResourceMixin(Gadget) {
    static saveOptions: readonly string[] = ['asAsset'];

    override save(attributes: object = {}, options: AssetOptions = {}): Promise<this> {
      return super.save(options.asAsset ? { ...attributes, name: 'asset' } : attributes, options);
    }
  }

  class Special extends Asset {
    static override saveOptions = ['special'];
  }

  it('are listed in a static, and those of its parents count too', async () => {
    const api = new VirtualConnection(() => ({ id: 'a' }));
    const asset = await new (api.bind(Special))().save({}, { asAsset: true, special: 1 } as never);
    expect(asset.name).to.equal('asset');
    await failure(asset.save({ name: 'y' }, { asAset: true } as never), ValidationError);
  });
});

describe('values for hooks', () => {
  it('reach the hooks of every operation', async () => {
    const api = new VirtualConnection(({ path }) =>
      path.endsWith('run') ? { status: 'SUCCESS', completed: true } : { id: 'a', name: 'n' },
    );
    const seen: unknown[] = [];
    const operations = ['save', 'refresh', 'clone', 'run', 'delete'] as const;
    for (const operation of operations) api.before(operation, ({ state }) => void seen.push([operation, state.get('why')]));
    const widget = api.bind(Widget).fromDict({ id: 'a', name: 'm' });
    const state = { why: 'x' };
    await widget.save({ name: 'z' }, { state });
    await widget.refresh({ state });
    await widget.clone({}, { state });
    await widget.run({}, { state });
    await widget.runAsync({}, { state });
    await widget.delete({ state });
    expect(seen).to.deep.equal([...operations.slice(0, 4), 'run', 'delete'].map((operation) => [operation, 'x']));
  });

  class Kept extends Widget {
    seen: unknown;

    override beforeSave(...args: unknown[]): unknown {
      this.seen = (args[1] as SaveOptions).state;
      return undefined;
    }
  }

  it('are the state that the hooks of an operation begin with', async () => {
    const api = new VirtualConnection(() => ({ id: 'a' }));
    const states: [string, unknown][] = [];
    api.before('save', ({ state }: HookContext) => {
      states.push(['before', state.get('reason')]);
      state.set('more', 1);
    });
    api.after('save', ({ state }: HookContext) => states.push(['after', [...state]]) && undefined);
    const kept = new (api.bind(Kept))({ name: 'n' });
    await kept.save({}, { state: { reason: 'import' } });
    expect(states).to.deep.equal([
      ['before', 'import'],
      [
        'after',
        [
          ['reason', 'import'],
          ['more', 1],
        ],
      ],
    ]);
    expect(kept.seen).to.deep.equal({ reason: 'import' });
    expect(JSON.stringify(api.requests)).not.to.contain('import');
  });

  it('are an object', async () => {
    for (const state of [5, 'x', null])
      await failure(
        connect()
          .bind(Widget)
          .fromDict({ id: 'a' })
          .save({ name: 'x' }, { state: state as never }),
        ValidationError,
      );
  });

  it('may be a Map with keys of any kind, which stays as it is', async () => {
    const api = new VirtualConnection(() => ({ id: 'a' }));
    const given = new Map<unknown, unknown>([[Widget, 1]]);
    let found: unknown;
    api.before('delete', ({ state }: HookContext) => {
      found = state.get(Widget);
      state.set('other', 1);
    });
    await api.bind(Widget).fromDict({ id: 'a' }).delete({ state: given });
    expect(found).to.equal(1);
    expect(given.size).to.equal(1);
  });

  it('reach the hooks of a save that a @withHooks method carries out', async () => {
    class Checked extends Widget {
      @withHooks
      override async save(attributes: Attributes<this> = {}, options: SaveOptions = {}): Promise<this> {
        return super.save(attributes, options);
      }
    }
    const api = new VirtualConnection(() => ({ id: 'a' }));
    const found: unknown[] = [];
    api.before('save', ({ state }: HookContext) => void found.push(state.get('reason')));
    await new (api.bind(Checked))({ name: 'n' }).save({}, { state: { reason: 'import' } });
    expect(found).to.deep.equal(['import']);
  });
});

describe('a property of a record that is nearly a field', () => {
  const api = () => new VirtualConnection(() => ({ id: 'a' }));

  it('is told once for its class when the record is saved', async () => {
    @Entity({ path: 'w', update: 'patch' })
    class Misspelled extends BaseResource {
      @Field() name!: string;
      @Field({ name: 'display_name' }) label!: string;
    }
    const connection = api();
    const told: string[] = [];
    const printed: string[] = [];
    connection.environment.warn = (message) => printed.push(message);
    connection.on('warning', ({ message }) => told.push(message));
    for (let count = 0; count < 3; count++) {
      const record = new (connection.bind(Misspelled))();
      Object.assign(record, { nmae: 'x', names: ['x'], title: 'x', display_name: 'x' });
      Object.assign(record, { _name: 'x', $name: 'x', name_: 'x', name2: 'x', nameLower: 'x', game: 'x' });
      await record.save();
    }
    expect(told).to.have.length(2);
    expect(told[0]).to.contain('Did you mean name?');
    expect(told[1]).to.contain('Did you mean label?');
    expect(printed).to.deep.equal(told);
  });
});

describe('options of decorators', () => {
  it('are refused when they are unknown', () => {
    expect(thrown(() => Entity(untyped({ pth: 'w' }))).message).to.contain('did you mean path?');
    expect(thrown(() => Entity(untyped({ search: { itemKey: 'x' } }))).message).to.contain('did you mean itemsKey?');
    expect(thrown(() => withHooks(untyped({ operaton: 'x' }))).message).to.contain('did you mean operation?');
    expect(
      thrown(() => {
        class Odd extends BaseResource {
          @Field(untyped({ readonly: true })) name!: string;
        }
        return Odd;
      }).message,
    ).to.match(/Odd\.name.*did you mean readOnly\?/);
  });
});

describe('headers and query parameters of a call', () => {
  it('may be given as a Headers object, a URLSearchParams object or a Map', async () => {
    const api = new VirtualConnection(() => ({ id: 'a', results: [], status: 'SUCCESS', completed: true }));
    const Widgets = api.bind(Widget);
    const widget = Widgets.fromDict({ id: 'a', name: 'n' });
    const pairs = untyped({ headers: new Headers({ 'x-a': '1' }), query: new URLSearchParams('q=2&r=3&r=4') });
    await Widgets.get('a', pairs);
    await widget.save({ name: 'b' }, pairs);
    await Widgets.search({}, pairs);
    for (const { headers, query } of api.requests) {
      expect(headers).to.deep.equal({ 'x-a': '1' });
      expect(membersOf(query)).to.deep.equal({ q: '2', r: ['3', '4'] });
    }
    await widget.run({}, untyped({ headers: new Map([['x-a', '1']]), sessionId: 's' }));
    expect(api.requests.at(-1)!.headers).to.deep.equal({ 'x-a': '1', 'x-session-id': 's' });
  });
});

describe('the timeout of a request', () => {
  it('is at most an hour, and the message says that it is in seconds', async () => {
    const Widgets = connect().bind(Widget);
    const error = await failure(Widgets.get('a', { timeout: 5000 }), ValidationError);
    expect(error.message).to.match(/timeout must be seconds from 0 to 3600.*milliseconds/);
    await failure(Widgets.fromDict({ id: 'a' }).save({ name: 'x' }, { timeout: 30_000 }), ValidationError);
    expect(thrown(() => connect({ timeout: 30_000 })).message).to.contain('seconds');
    expect(connect({ timeout: Number.POSITIVE_INFINITY })).to.be.instanceOf(Connection);
  });
});
