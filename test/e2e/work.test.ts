import { expect } from 'chai';
import { BaseResource, Connection, Entity, Field, GetResourceMixin, RunnableResourceMixin, SearchResourceMixin } from '../../src/index.js';
import { answering, asCounted, type Counts, count, countWork } from '../support/work.js';

let made = 0;

@Entity({ path: 'widgets', update: 'patch', search: { method: 'GET', path: '' } })
class Widget extends RunnableResourceMixin(GetResourceMixin(SearchResourceMixin(BaseResource))) {
  static override runBackOff = { initial: 0.001, factor: 1, max: 0.001, min: 0 };
  @Field() name!: string;
  @Field() config!: { depth: number };
  @Field({ type: Date }) createdAt!: Date;

  constructor(attributes?: object) {
    super(attributes);
    made++;
  }
}

const widget = (id: number) => ({ id: `w_${id}`, name: `Widget ${id}`, config: { depth: id }, createdAt: '2024-01-15T10:00:00.000Z' });

const origin = 'https://platform.test';

/** Two pages of three records, a record, an update, and a run that is done at its third poll. */
function platform() {
  let polls = 0;
  return answering((method, url) => {
    if (url.pathname === '/runs/1')
      return ++polls < 3 ? { status: 'IN_PROGRESS', completed: false } : { status: 'SUCCESS', completed: true };
    if (url.pathname.endsWith('/run')) return { status: 'IN_PROGRESS', data: `${origin}/runs/1`, requestId: 'r' };
    if (method === 'PATCH') return { ...widget(1), name: 'New' };
    if (url.pathname !== '/widgets') return widget(1);
    const first = Number(url.searchParams.get('pageNumber')) * 3;
    return { results: [first, first + 1, first + 2].map(widget), total: 6, pageTotal: 2 };
  });
}

/**
 * How much is done for what is done most often. It catches work that is added, which a clock does not on a busy machine. Promises differ a
 * little between releases of Node, so they have an upper bound; everything else is exact.
 */
describe('the work of', () => {
  const world = platform();
  const api = asCounted(() => new Connection({ baseUrl: origin, apiKey: 'a-key-of-the-tests', transport: world.transport }));
  const Widgets = api.bind(Widget);
  after(() => api.close());

  /** What a journey does when everything that it needs is loaded. */
  async function work(
    journey: () => Promise<unknown>,
  ): Promise<Omit<Counts, 'promises'> & { sent: string[]; made: number; promises: number }> {
    world.sent.length = 0;
    made = 0;
    const counts = await count(journey);
    return { ...counts, sent: [...world.sent], made };
  }

  /** What each request takes: one timer for the whole of it, and one URL. */
  const requests = (number: number) => ({ timers: number, timersLeft: 0, listeners: 0, abortControllers: 0, headers: 0, redactions: 0 });

  before(async () => {
    await Widgets.get('w_1');
    await Widgets.search().toArray();
    const record = await Widgets.get('w_1');
    await record.save({ name: 'Warm' });
  });

  it('get() is one request, one record, one timer and no signal', async () => {
    const { promises, urls, ...rest } = await work(() => Widgets.get('w_1'));
    expect(rest).to.deep.equal({ ...requests(1), sent: ['GET /widgets/w_1'], made: 1 });
    expect(urls).to.equal(1);
    expect(promises).to.be.at.most(26);
  });

  it('a page that nobody reads makes no record', async () => {
    const { promises, ...rest } = await work(async () => await Widgets.search());
    expect(rest).to.include({ ...requests(1), made: 0 });
    expect(promises).to.be.at.most(40);
  });

  it('a search that is walked is one request for each page and one record for each item, and nothing nested is copied', async () => {
    const counts = countWork(Widgets);
    const { promises, urls, ...rest } = await work(async () => {
      for await (const each of Widgets.search({ pageSize: 3 })) expect(each.name).to.be.a('string');
    });
    expect(rest).to.include({ timers: 2, timersLeft: 0, headers: 0, redactions: 0, made: 6 });
    expect(rest.sent).to.have.length(2);
    expect(urls).to.equal(4);
    for (const work of Object.values(counts)) expect(work).to.not.have.any.keys('same', 'copy', 'encode');
    expect(counts.config).to.equal(undefined);
    expect(promises).to.be.at.most(165);
  });

  it('save() of one field is one request, one comparison and one conversion', async () => {
    const record = await Widgets.get('w_1');
    const counts = countWork(Widgets);
    record.name = 'New';
    const { promises, urls, ...rest } = await work(() => record.save());
    expect(rest).to.deep.equal({ ...requests(1), sent: ['PATCH /widgets/w_1'], made: 0 });
    expect(urls).to.equal(1);
    expect(counts).to.deep.equal({ name: { same: 1, encode: 1 } });
    expect(promises).to.be.at.most(40);
  });

  it('save() without changes is no request', async () => {
    const record = await Widgets.get('w_1');
    const { promises, ...rest } = await work(() => record.save());
    expect(rest).to.deep.equal({ ...requests(0), urls: 0, sent: [], made: 0 });
    expect(promises).to.be.at.most(18);
  });

  it('a run with three polls is four requests, and leaves no timer', async () => {
    const record = await Widgets.get('w_1');
    const { sent, timersLeft, headers, redactions, made: records } = await work(() => record.run({ text: 'x' }));
    expect(sent).to.deep.equal(['POST /widgets/w_1/run', 'GET /runs/1', 'GET /runs/1', 'GET /runs/1']);
    expect({ timersLeft, headers, redactions, records }).to.deep.equal({ timersLeft: 0, headers: 0, redactions: 0, records: 0 });
  });

  it('an event that somebody hears is made for them', async () => {
    const seen: unknown[] = [];
    const off = api.on('response', ({ url }) => seen.push(url));
    const { redactions } = await work(() => Widgets.get('w_1'));
    off();
    expect(seen).to.deep.equal([`${origin}/widgets/w_1`]);
    expect(redactions).to.equal(1);
  });
});
