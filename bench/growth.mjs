import { fileURLToPath } from 'node:url';
import { BaseResource, Connection, Entity, Field, SearchResourceMixin } from '../out/src/index.js';
import { LocalPlatform } from '../out/src/local/index.js';
import { loadRecord } from '../out/src/model/state/construction.js';
import { Moderately } from '../out/src/moderately/index.js';
import { plot } from './support/plot.mjs';
import { rowsOf } from './support/rounds.mjs';
import { median } from './support/statistics.mjs';

class Declared extends SearchResourceMixin(BaseResource) {}
for (const name of ['name', 'description', 'size', 'configuration']) Field()(Declared.prototype, name);
for (const name of ['createdAt', 'updatedAt']) Field({ type: Date })(Declared.prototype, name);
const Widget = Entity({ path: 'widgets', search: { method: 'GET', path: '' } })(Declared);

const widget = (at) => ({
  id: `w_${at}`,
  name: `Widget ${at}`,
  description: null,
  size: at,
  configuration: { blocks: { in: { type: 'input' }, out: { type: 'output' } } },
  createdAt: '2024-01-15T10:00:00.000Z',
  updatedAt: '2024-01-15T10:00:00.000Z',
});

/** What grows, by name: how it is prepared for a number of things, and what is measured then. */
const subjects = {
  /** Text of a page to records, every instance made. */
  hydrate(count) {
    const text = JSON.stringify(Array.from({ length: count }, (_, at) => widget(at)));
    return () => JSON.parse(text).map((json) => loadRecord(Widget, json, null)).length;
  },
  isModified(count) {
    const records = Array.from({ length: count }, (_, at) => loadRecord(Widget, widget(at), null));
    return () => records.filter((record) => !record.isModified).length;
  },
  /** A walk over all pages of 100, the transport in the same process. */
  'search and walk'(count) {
    const fetch = async (url) => {
      const page = Number(new URL(url).searchParams.get('pageNumber'));
      const results = Array.from({ length: Math.min(100, count - page * 100) }, (_, at) => widget(page * 100 + at));
      return Response.json({ results, total: count, pageTotal: Math.ceil(count / 100) });
    };
    const bound = new Connection({ baseUrl: 'https://bench.test', fetch }).bind(Widget);
    return async () => {
      let seen = 0;
      for await (const _ of bound.search({ pageSize: 100 })) seen++;
      return seen;
    };
  },
  /** Waits that all end at their second poll, polled in batches of 100. */
  waits(count) {
    const api = new Connection({ baseUrl: 'https://bench.test' });
    return async () => {
      const polls = new Map();
      const source = {
        maxSize: 100,
        poll: async (ids) => ({ found: new Map(ids.map((id) => [id, { isDone: polls.has(id) }])), retryAfter: undefined }),
      };
      const waitFor = (id) =>
        api.wait({
          subject: id,
          backOff: { initial: 0.001, factor: 1, max: 0.001, min: 0 },
          poll: async () => {
            throw new Error('It is polled in a batch.');
          },
          batch: {
            source,
            id,
            ask:
              () =>
              ({ isDone }) => {
                polls.set(id, true);
                return { state: id, final: isDone };
              },
          },
        });
      return (await Promise.all(Array.from({ length: count }, (_, at) => waitFor(`w_${at}`)))).length;
    };
  },
};

/** The first page of a list of the local platform, which counts all items. */
async function localList(count) {
  const platform = await LocalPlatform.start({ port: false });
  const mai = new Moderately({ baseUrl: platform.url, apiKey: platform.apiKey, teamId: platform.teamId, fetch: platform.fetch });
  const names = Array.from({ length: count }, (_, at) => `Pipeline ${at}`);
  for (let at = 0; at < count; at += 100) {
    await Promise.all(names.slice(at, at + 100).map((name) => new mai.Pipeline({ name }).save()));
  }
  const list = async () => {
    const { total } = await mai.Pipeline.search({ pageSize: 10 });
    return total;
  };
  const close = async () => {
    await mai.close();
    await platform.close();
  };
  return { list, close };
}

/** Milliseconds of a piece of work that must say how many things it dealt with; median of some rounds after one that does not count. */
async function time(work, count, rounds) {
  const times = [];
  for (let round = 0; round <= rounds; round++) {
    globalThis.gc?.();
    const start = performance.now();
    const dealtWith = await work();
    if (dealtWith !== count) throw new Error(`${dealtWith} of ${count} things were dealt with.`);
    if (round > 0) times.push(performance.now() - start);
  }
  return times;
}

const powers = { 100: '10²', 1000: '10³', 10000: '10⁴', 100000: '10⁵' };

export default {
  name: 'growth',
  says:
    'How costs grow with the number of things, in microseconds a thing: what is constant grows as the number does. Records of a page, records asked ' +
    'whether they are modified, records walked in pages of 100, and waits polled in batches of 100; of lists of the local platform, the ' +
    'milliseconds of the first page by the number of items (10⁵ with --full). The plot is docs/growth.svg.',
  async run({ rounds, isFull }) {
    const few = Math.min(rounds, 3);
    const rows = [];
    const lines = {};
    for (const [name, prepare] of Object.entries(subjects)) {
      const figures = {};
      lines[name] = [];
      for (const [text, power] of Object.entries(powers)) {
        const count = Number(text);
        const times = await time(prepare(count), count, few);
        figures[`${power} µs each`] = times.map((ms) => (ms * 1000) / count);
        lines[name].push([count, median(times)]);
      }
      rows.push(...rowsOf('How costs grow', { [name]: figures }, { kinds: { [name]: 'ours' } }));
    }
    const name = 'list of the local platform';
    const figures = {};
    lines[name] = [];
    for (const [text, power] of Object.entries(powers)) {
      const count = Number(text);
      if (count > 10_000 && !isFull) continue;
      const { list, close } = await localList(count);
      const times = await time(list, count, few);
      await close();
      figures[`${power} ms`] = times;
      lines[name].push([count, median(times)]);
    }
    rows.push(...rowsOf('How the first page of a list grows', { [name]: figures }, { kinds: { [name]: 'ours' } }));
    plot(fileURLToPath(new URL('../docs/growth.svg', import.meta.url)), { title: 'How costs grow', x: 'things', y: 'ms', lines });
    return rows;
  },
};
