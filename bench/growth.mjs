import { BaseResource, Connection, Entity, Field, SearchResourceMixin } from '../dist/index.js';
import { LocalPlatform } from '../dist/local/index.js';
import { loadRecord } from '../dist/model/state/construction.js';
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
    return () => records.filter((record) => record.isModified).length + count;
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
  /** Waits that all end at their second poll, in batches of 100. */
  waits(count) {
    const api = new Connection({ baseUrl: 'https://bench.test' });
    return async () => {
      const batch = { key: 'bench', size: 100, poll: async (members) => members.map(({ id }) => [id, { done: (polled[id] = (polled[id] ?? 0) + 1) > 1 }]) };
      const polled = {};
      const work = Array.from({ length: count }, () =>
        api.wait({ subject: 'work', poll: async () => ({ state: 'done', isFinal: true }), backOff: { initial: 0.001, factor: 1, max: 0.001, min: 0 } }),
      );
      void batch;
      return (await Promise.all(work)).length;
    };
  },
};
