/**
 * Turning a page of JSON into records, side by side: parsing alone (the limit), records over the parsed JSON, copying onto
 * instances, and class-transformer. 1,000 records of about 3 KB: 25 scalars (4 of them dates), one nested object, one list.
 * Medians of interleaved rounds; read the ratios. Run with: npx tsc -p tsconfig.json && node bench/hydrate.mjs
 */
import { plainToInstance } from 'class-transformer';
import { BaseResource, Entity, Field } from '../out/src/index.js';
import { loadRecord } from '../out/src/model/state/construction.js';

const rounds = 31;
const scalars = Array.from({ length: 21 }, (_, index) => `field${index}`);
const dates = ['createdAt', 'updatedAt', 'startedAt', 'completedAt'];

class Declared extends BaseResource {}
for (const name of [...scalars, 'configuration', 'ports']) Field()(Declared.prototype, name);
for (const name of dates) Field({ type: Date })(Declared.prototype, name);
const Wide = Entity({ path: 'wides' })(Declared);
/** What a compiler makes of the same class when it defines class fields (the default from ES2022 on). */
const classFields = [...scalars, 'configuration', 'ports', ...dates].join('; ');
const Defining = Entity()(new Function('Wide', `return class extends Wide { ${classFields} }`)(Wide));

class Plain {}

function item(index) {
  const block = (at) => ({ id: `block${at}`, type: 'transform', config: { depth: at, tags: ['a', 'b'], text: 'x'.repeat(80) } });
  return {
    id: `record-${index}`,
    ...Object.fromEntries(scalars.map((name, at) => [name, at % 3 === 0 ? at * index : `${name} of record ${index}, some text`])),
    ...Object.fromEntries(dates.map((name) => [name, '2024-01-15T10:00:00.000Z'])),
    configuration: { id: 'c', blocks: Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`block${at}`, block(at)])) },
    ports: Array.from({ length: 4 }, (_, at) => ({ name: `port${at}`, type: 'data', required: true })),
  };
}

const text = JSON.stringify(Array.from({ length: 1000 }, (_, index) => item(index)));

const contenders = {
  'JSON.parse only (the limit)': () => JSON.parse(text),
  'records over the parsed JSON': () => JSON.parse(text).map((json) => loadRecord(Wide, json, null)),
  'the same, compiled to class fields': () => JSON.parse(text).map((json) => loadRecord(Defining, json, null)),
  'Object.assign to an instance': () => JSON.parse(text).map((json) => Object.assign(new Plain(), json)),
  'class-transformer plainToInstance': () => plainToInstance(Plain, JSON.parse(text)),
};

const times = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const [name, make] of Object.entries(contenders)) {
    const start = performance.now();
    make();
    if (round >= 5) times[name].push(performance.now() - start);
  }
}
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const limit = median(times['JSON.parse only (the limit)']);
for (const [name, values] of Object.entries(times)) {
  const ms = median(values);
  console.log(`${name.padEnd(36)} ${(ms / limit).toFixed(2)} x, ${(ms - limit).toFixed(2)} µs a record over parsing`);
}
