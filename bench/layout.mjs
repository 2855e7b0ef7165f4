/**
 * The memory and the speed of records whose nested values are lazy accessors from the start (`assigned`), and of those whose class fields
 * the compiler defines, so that these are data first (`defined`), for nested JSON of several sizes. Medians of interleaved rounds, in
 * processor time; read the ratios, per version of Node. Run with: npm run build && node --expose-gc --allow-natives-syntax bench/layout.mjs
 */
import { BaseResource, Entity, Field } from '../dist/index.js';
import { loadRecord } from '../dist/model/state/construction.js';

const rounds = 9;
const count = 10_000;
const scalars = Array.from({ length: 12 }, (_, index) => `field${index}`);
const names = [...scalars.slice(0, 4), 'configuration', 'tags', ...scalars.slice(4)];

class Declared extends BaseResource {}
for (const name of names) Field()(Declared.prototype, name);
const Assigned = Entity({ path: 'records' })(Declared);
const isCompact = new Function('object', 'return %HasFastProperties(object)');
const heap = () => {
  for (let time = 0; time < 4; time++) globalThis.gc();
  return process.memoryUsage().heapUsed;
};
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

function item(index, values) {
  return {
    id: `record-${index}`,
    ...Object.fromEntries(scalars.map((name, at) => [name, at % 3 === 0 ? at * index : `${name} of ${index}`])),
    configuration: { values: Array.from({ length: values - 2 }, (_, at) => ({ 0: at, 1: 'x', 2: null })[at % 3]) },
    tags: ['a', `b${index}`],
  };
}

/** Loads all records, and notes how long it and what is done with them take, in nanoseconds a record. */
function work(Class, text, note) {
  const parsed = JSON.parse(text);
  let records;
  let sum = 0;
  const clock = (name, repeats, run) => {
    const start = process.cpuUsage().user;
    for (let time = 0; time < repeats; time++) run();
    note(name, ((process.cpuUsage().user - start) * 1000) / (count * repeats));
  };
  clock('load', 1, () => {
    records = parsed.map((json) => loadRecord(Class, json, null));
  });
  clock('3 scalars', 10, () => {
    for (const record of records) sum += record.field0 + record.field3 + record.field6;
  });
  clock('clean check', 5, () => {
    for (const record of records) sum += record.isModified ? 1 : 0;
  });
  clock('first read of a list', 1, () => {
    for (const record of records) sum += record.tags.length;
  });
  return sum;
}

/** The bytes of a record besides its JSON, and its layout. */
function weigh(Class, text) {
  const kept = JSON.parse(text);
  const before = heap();
  const records = kept.map((json) => loadRecord(Class, json, null));
  const bytes = (heap() - before) / kept.length;
  return `${bytes.toFixed(0)} bytes, ${isCompact(records[0]) ? 'compact' : 'hash table'}`;
}

for (const values of [4, 16, 48]) {
  const text = JSON.stringify(Array.from({ length: count }, (_, index) => item(index, values)));
  const classes = {
    assigned: Entity()(class extends Assigned {}),
    defined: Entity()(new Function('Base', `return class extends Base { ${names.join('; ')} }`)(Assigned)),
  };
  const times = {};
  for (let round = 0; round < rounds; round++) {
    for (const [label, Class] of Object.entries(classes)) {
      work(Class, text, (name, time) => {
        times[label] ??= {};
        times[label][name] ??= [];
        if (round >= 2) times[label][name].push(time);
      });
    }
  }
  for (const [label, Class] of Object.entries(classes)) {
    const shown = Object.entries(times[label]).map(([name, all]) => `${name} ${median(all).toFixed(0)} ns`);
    console.log(`${process.version}, ${values} nested values, ${label}: ${weigh(Class, text)}, ${shown.join(', ')}`);
  }
}
