import { deepStrictEqual } from 'node:assert';
import { plainToInstance } from 'class-transformer';
import { BaseResource, Entity, Field } from '../out/src/index.js';
import { loadRecord } from '../out/src/model/state/construction.js';
import { measureFunctions } from './support/micro.mjs';
import { rowsOf } from './support/rounds.mjs';

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

const limit = 'JSON.parse only';
const contenders = {
  [limit]: () => JSON.parse(text),
  'records over the parsed JSON': () => JSON.parse(text).map((json) => loadRecord(Wide, json, null)),
  'the same, compiled to class fields': () => JSON.parse(text).map((json) => loadRecord(Defining, json, null)),
  'Object.assign to an instance': () => JSON.parse(text).map((json) => Object.assign(new Plain(), json)),
  'class-transformer plainToInstance': () => plainToInstance(Plain, JSON.parse(text)),
};

export default {
  name: 'hydrate',
  says:
    'A page of JSON text turned into 1,000 records of about 3 KB: 25 scalars (4 of them dates), one nested object, one list. ' +
    'Every instance is made.',
  async run({ rounds }) {
    const expected = JSON.parse(text);
    for (const make of Object.values(contenders)) {
      deepStrictEqual(
        make().map((each) => (each instanceof BaseResource ? each.toDict() : { ...each })),
        expected,
      );
    }
    const found = await measureFunctions(contenders, { rounds, unit: 'µs a record', per: 1000 });
    const ours = 'ours';
    const kinds = { [limit]: 'limit', 'records over the parsed JSON': ours, 'the same, compiled to class fields': ours };
    return rowsOf('Page text to 1,000 records', found, { base: limit, kinds });
  },
};
