import { Connection, DatabaseDriver, EntitySchema, MikroORM, Platform } from '@mikro-orm/core';
import equal from 'fast-deep-equal';
import { BaseResource, Entity, Field } from '../out/src/index.js';
import { scanInLoop } from '../out/src/model/fields/scan.js';
import { loadRecord } from '../out/src/model/state/construction.js';
import { stateOf } from '../out/src/model/state/slot.js';
import { measureFunctions } from './support/micro.mjs';
import { rowsOf } from './support/rounds.mjs';

const size = 50;
const scalars = Array.from({ length: 21 }, (_, index) => `field${index}`);
const dates = ['createdAt', 'updatedAt', 'startedAt', 'completedAt', 'seenAt'];

class Declared extends BaseResource {}
for (const name of [...scalars, 'configuration', 'ports']) Field()(Declared.prototype, name);
for (const name of dates) Field({ type: Date })(Declared.prototype, name);
const Wide = Entity({ path: 'wides' })(Declared);
/** The same, as it is where generated code is refused. */
const Looped = Entity({ path: 'looped' })(class extends Wide {});

function json(index) {
  const block = (at) => ({ id: `block${at}`, type: 'transform', config: { depth: at, tags: ['a', 'b'], text: 'x'.repeat(80) } });
  return {
    id: `record-${index}`,
    ...Object.fromEntries(scalars.map((name, at) => [name, at % 3 === 0 ? at * index : `${name} of record ${index}, some text`])),
    ...Object.fromEntries(dates.map((name, at) => [name, `2024-01-${String(10 + at)}T10:00:00.000Z`])),
    configuration: { id: 'c', blocks: Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`block${at}`, block(at)])) },
    ports: Array.from({ length: 3 }, (_, at) => ({ name: `port${at}`, type: 'data', required: true })),
  };
}

const pages = () => JSON.parse(JSON.stringify(Array.from({ length: size }, (_, index) => json(index))));
const readAll = (record) => {
  for (const key of Object.keys(record)) void record[key];
};
const edits = {
  clean: () => {},
  'one scalar': (record) => {
    record.field7 = 'edited';
  },
  'deep edit': (record) => {
    record.configuration.blocks.block7.config.depth = -1;
  },
  'all read, unchanged': readAll,
};

class NoConnection extends Connection {
  async connect() {}
  async isConnected() {
    return true;
  }
  getDefaultClientUrl() {
    return '';
  }
  async execute() {
    return [];
  }
}
class NoDriver extends DatabaseDriver {
  constructor(config) {
    super(config, []);
    this.platform = new Platform();
    this.connection = new NoConnection(config);
  }
}
class Mapped {}
const schema = new EntitySchema({
  class: Mapped,
  properties: {
    id: { type: 'string', primary: true },
    ...Object.fromEntries(scalars.map((name, at) => [name, { type: at % 3 === 0 ? 'number' : 'string' }])),
    ...Object.fromEntries(dates.map((name) => [name, { type: 'Date' }])),
    configuration: { type: 'json' },
    ports: { type: 'json' },
  },
});
const orm = MikroORM.initSync({ entities: [schema], driver: NoDriver, dbName: 'none', connect: false, allowGlobalContext: true });
const comparator = orm.em.getComparator();

/** Each contender: how its records are made and what asks whether one is modified. */
function contendersFor(edit) {
  const records = pages().map((item) => loadRecord(Wide, item, null));
  const looped = pages().map((item) => loadRecord(Looped, item, null));
  stateOf(looped[0]).metadata.scan = scanInLoop(stateOf(looped[0]).metadata.fields);
  const mapped = pages().map((item) => orm.em.map(Mapped, item));
  const snapshots = mapped.map((entity) => comparator.prepareEntity(entity));
  const saved = pages();
  const copies = structuredClone(saved);
  for (const list of [records, looped, mapped, copies]) list.forEach(edit);
  return {
    isModified: (at) => records[at].isModified,
    'isModified, no generated code': (at) => looped[at].isModified,
    changes: (at) => records[at].changes,
    'fast-deep-equal': (at) => equal(copies[at], saved[at]),
    MikroORM: (at) => comparator.diffEntities('Mapped', snapshots[at], comparator.prepareEntity(mapped[at])),
  };
}

/** What a contender says, as whether there is a change; MikroORM and `changes` say which. */
const saysChanged = {
  isModified: (value) => value,
  'isModified, no generated code': (value) => value,
  changes: (value) => Object.keys(value).length > 0,
  'fast-deep-equal': (value) => !value,
  MikroORM: (value) => Object.keys(value).length > 0,
};

export default {
  name: 'state',
  says:
    'Whether a record is modified, beside the comparator of MikroORM and fast-deep-equal of the same values: 27 scalars, five of them ' +
    'dates, a nested value of 2 KB and a list of three objects. In microseconds a record, over 50 records in turn.',
  async run({ rounds }) {
    const rows = [];
    for (const [name, edit] of Object.entries(edits)) {
      const contenders = contendersFor(edit);
      const isChanged = name === 'one scalar' || name === 'deep edit';
      const functions = Object.entries(contenders).map(([contender, ask]) => {
        if (saysChanged[contender](ask(0)) !== isChanged) throw new Error(`${contender} is wrong about a record with: ${name}.`);
        const askAll = () => {
          let answers = 0;
          for (let at = 0; at < size; at++) answers += ask(at) ? 1 : 0;
          return answers;
        };
        return [contender, askAll];
      });
      const found = await measureFunctions(Object.fromEntries(functions), { rounds, per: size, time: 30 });
      const kinds = { isModified: 'ours', 'isModified, no generated code': 'ours', changes: 'ours' };
      rows.push(...rowsOf(`Is it modified: ${name}`, found, { base: 'fast-deep-equal', kinds }));
    }
    return rows;
  },
};
