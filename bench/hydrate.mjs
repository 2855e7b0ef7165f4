import { deepStrictEqual } from 'node:assert';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { plainToInstance } from 'class-transformer';
import { parseExact } from '../out/src/http/calls/exact-json.js';
import { BaseResource, Connection, Entity, Field, SearchResourceMixin } from '../out/src/index.js';
import { loadRecord } from '../out/src/model/state/construction.js';
import { measureFunctions } from './support/micro.mjs';
import { interleave, rowsOf } from './support/rounds.mjs';

const scalars = Array.from({ length: 21 }, (_, index) => `field${index}`);
const dates = ['createdAt', 'updatedAt', 'startedAt', 'completedAt'];

/** A class of records with these fields besides the dates, and what a compiler makes of it that defines class fields (from ES2022 on). */
function classesOf(fields) {
  class Declared extends BaseResource {}
  for (const name of fields) Field()(Declared.prototype, name);
  for (const name of dates) Field({ type: Date })(Declared.prototype, name);
  const Wide = Entity({ path: 'wides' })(Declared);
  return [Wide, Entity()(new Function('Wide', `return class extends Wide { ${[...fields, ...dates].join('; ')} }`)(Wide))];
}

class Plain {}

function flat(index) {
  return {
    id: `record-${index}`,
    ...Object.fromEntries(scalars.map((name, at) => [name, at % 3 === 0 ? at * index : `${name} of record ${index}, some text`])),
    ...Object.fromEntries(dates.map((name) => [name, '2024-01-15T10:00:00.000Z'])),
  };
}

function nested(index) {
  const block = (at) => ({ id: `block${at}`, type: 'transform', config: { depth: at, tags: ['a', 'b'], text: 'x'.repeat(80) } });
  return {
    ...flat(index),
    configuration: { id: 'c', blocks: Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`block${at}`, block(at)])) },
    ports: Array.from({ length: 4 }, (_, at) => ({ name: `port${at}`, type: 'data', required: true })),
  };
}

const limit = 'JSON.parse only';
const kinds = { [limit]: 'limit', 'records over the parsed JSON': 'ours', 'the same, compiled to class fields': 'ours' };

function contendersOf(item, fields) {
  const text = JSON.stringify(Array.from({ length: 1000 }, (_, index) => item(index)));
  const [Wide, Defining] = classesOf(fields);
  return {
    [limit]: () => JSON.parse(text),
    'records over the parsed JSON': () => JSON.parse(text).map((json) => loadRecord(Wide, json, null)),
    'the same, compiled to class fields': () => JSON.parse(text).map((json) => loadRecord(Defining, json, null)),
    'Object.assign to an instance': () => JSON.parse(text).map((json) => Object.assign(new Plain(), json)),
    'class-transformer plainToInstance': () => plainToInstance(Plain, JSON.parse(text)),
  };
}

/** What a page costs of which no record is read: parsing, with the numbers that JavaScript cannot hold, and the page itself. */
async function untouched(rounds) {
  const text = JSON.stringify(Array.from({ length: 1000 }, (_, index) => nested(index)));
  class Declared extends SearchResourceMixin(BaseResource) {}
  for (const name of [...scalars, 'configuration', 'ports']) Field()(Declared.prototype, name);
  for (const name of dates) Field({ type: Date })(Declared.prototype, name);
  const api = new Connection({ baseUrl: 'https://bench.test', apiKey: 'bench-key' });
  const Wide = api.bind(Entity({ path: 'wides', search: { method: 'GET', path: '' } })(Declared));
  api.use(async () => ({ status: 200, headers: {}, body: { results: await parseExact(text), total: 1000, pageTotal: 1 } }));
  const contenders = {
    [limit]: async () => JSON.parse(text),
    'a page that is not read': async () => await Wide.search({ pageSize: 1000 }),
  };
  const { results } = await contenders['a page that is not read']();
  deepStrictEqual(
    results.map((each) => each.toDict()),
    JSON.parse(text),
  );
  const measure = async (work) => {
    const begin = performance.now();
    for (let time = 0; time < 8; time++) await work();
    return { 'ms a page': (performance.now() - begin) / 8 };
  };
  const found = await interleave(contenders, measure, { rounds });
  return rowsOf('A page of 1,000 records of 3 KB, not read', found, {
    base: limit,
    kinds: { ...kinds, 'a page that is not read': 'ours' },
  });
}

/** Bytes that stay in the heap for each record, over 60 pages. */
function heapOf(make) {
  make();
  const kept = [];
  const used = () => {
    for (let time = 0; time < 3; time++) globalThis.gc();
    return process.memoryUsage().heapUsed;
  };
  const before = used();
  for (let page = 0; page < 60; page++) kept.push(make());
  return { 'heap, bytes': (used() - before) / (kept.length * 1000) };
}

async function compare(title, contenders, rounds) {
  const expected = contenders[limit]();
  for (const make of Object.values(contenders)) {
    deepStrictEqual(
      make().map((each) => (each instanceof BaseResource ? each.toDict() : { ...each })),
      expected,
    );
  }
  const found = await measureFunctions(contenders, { rounds, unit: 'µs a record', per: 1000 });
  return rowsOf(title, found, { base: limit, kinds });
}

export default {
  name: 'hydrate',
  says:
    'A page of JSON text turned into 1,000 records: 25 scalars (4 of them dates), and in the larger ones a nested object and a list. In the ' +
    'first table no record is read; in the others every instance is made.',
  async run({ rounds }) {
    setFlagsFromString('--expose-gc');
    globalThis.gc = runInNewContext('gc');
    const large = contendersOf(nested, [...scalars, 'configuration', 'ports']);
    const small = contendersOf(flat, scalars);
    const { 'class-transformer plainToInstance': _slow, ...measured } = large;
    return [
      ...(await untouched(rounds)),
      ...(await compare('Records of 3 KB, nested', large, rounds)),
      ...(await compare('Records of 0.9 KB, flat', small, rounds)),
      ...rowsOf('Memory of records of 3 KB', await interleave(measured, heapOf, { rounds: 5, warmUp: 1 }), { base: limit, kinds }),
    ];
  },
};
