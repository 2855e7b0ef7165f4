import { BaseResource, Entity, Field } from '../out/src/index.js';
import { loadRecord } from '../out/src/model/state/construction.js';
import { answerOf, answerTasks } from './support/child.mjs';
import { interleave, rowsOf } from './support/rounds.mjs';

const count = 10_000;
const scalars = Array.from({ length: 12 }, (_, index) => `field${index}`);
const names = [...scalars.slice(0, 4), 'configuration', 'tags', ...scalars.slice(4)];

class Declared extends BaseResource {}
for (const name of names) Field()(Declared.prototype, name);
const Assigned = Entity({ path: 'records' })(Declared);
const heap = () => {
  for (let time = 0; time < 4; time++) globalThis.gc();
  return process.memoryUsage().heapUsed;
};
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

/** The bytes of a record besides its JSON. A record that has become a hash table has several times as many. */
function weigh(Class, text) {
  const kept = JSON.parse(text);
  const before = heap();
  const records = kept.map((json) => loadRecord(Class, json, null));
  return (heap() - before) / records.length;
}

/** Runs in its own process. */
async function measure({ rounds }, send) {
  const found = {};
  for (const values of [4, 16, 48]) {
    const text = JSON.stringify(Array.from({ length: count }, (_, index) => item(index, values)));
    const classes = {
      assigned: Entity()(class extends Assigned {}),
      defined: Entity()(new Function('Base', `return class extends Base { ${names.join('; ')} }`)(Assigned)),
    };
    const once = (Class) => {
      const figures = {};
      work(Class, text, (name, time) => {
        figures[`${name} ns`] = time;
      });
      return { ...figures, bytes: weigh(Class, text) };
    };
    found[values] = await interleave(classes, once, { rounds });
  }
  send(found);
}

export default {
  name: 'layout',
  says:
    'The memory and the speed of 10,000 records whose nested values are lazy accessors from the start (assigned), and of those whose class fields the ' +
    'compiler defines, so that these are data first (defined), for nested JSON of several sizes. In nanoseconds of processor time a record.',
  onlyByName: true,
  async run({ rounds }) {
    const found = await answerOf(import.meta.url, 'measure', { rounds });
    const kinds = { assigned: 'ours', defined: 'ours' };
    return Object.entries(found).flatMap(([values, each]) => rowsOf(`${values} nested values`, each, { base: 'assigned', kinds }));
  },
};

answerTasks(import.meta.url, { measure });
