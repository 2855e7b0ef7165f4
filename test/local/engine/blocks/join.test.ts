import { expect } from 'chai';
import { runGraph, validateConfiguration } from '../../../../src/local/engine/index.js';
import type { Row } from '../../../../src/local/engine/types.js';
import { type BlockSketch, failure, pipeline, run, services, type World } from '../support.js';

const people = [
  { id: 1, name: 'Ada', town: 'L' },
  { id: 2, name: 'Bob', town: 'P' },
  { id: 3, name: 'Cyd', town: null },
  { id: 4, name: 'Dot', town: 'X' },
];
const towns = [
  { town: 'L', name: 'London' },
  { town: 'P', name: 'Paris' },
  { town: 'P', name: 'Paris, Texas' },
  { town: 'R', name: 'Rome' },
];

interface Sketch {
  joins?: Record<string, unknown>[];
  output?: Record<string, unknown>[];
  more?: Record<string, unknown>;
  datasets?: Record<string, readonly Row[]>;
}

/** A pipeline that joins constants, each on the port of its name. */
function joining({
  joins = [{ dataset: 'towns', left_key: 'town', right_key: 'town' }],
  output = [],
  more = {},
  datasets = { people, towns },
}: Sketch = {}) {
  const constants = Object.entries(datasets).map(([name, config_value]): [string, BlockSketch] => [
    `c_${name}`,
    ['constant', { config_value }],
  ]);
  const config = { base_dataset: 'people', joins, output_columns: output, ...more };
  const connections = Object.keys(datasets).map((name) => `c_${name} -> j.${name}`);
  return pipeline({ ...Object.fromEntries(constants), j: ['join', config], out: ['output'] }, ...connections, 'j -> out');
}

const join = async (sketch?: Sketch, world?: World) => (await run(joining(sketch), {}, world)).output as Row[];
const kind = (join_type: string) => [{ dataset: 'towns', left_key: 'town', right_key: 'town', join_type }];
const pairs = (rows: Row[]) => rows.map((row) => [row.name, row.towns_name]);
const message = async (sketch: Sketch, world?: World) => (await failure(join(sketch, world))).message;

describe('the join block', () => {
  describe('by kind', () => {
    const met = [
      ['Ada', 'London'],
      ['Bob', 'Paris'],
      ['Bob', 'Paris, Texas'],
    ];
    const lonely = [
      ['Cyd', null],
      ['Dot', null],
    ];

    it('is inner by default: each pair that meets, in the order of the left', async () => {
      expect(pairs(await join())).to.deep.equal(met);
      expect(pairs(await join({ joins: kind('inner') }))).to.deep.equal(met);
    });

    it('left keeps rows of the left that meet nothing, null included', async () => {
      expect(pairs(await join({ joins: kind('left') }))).to.deep.equal([...met, ...lonely]);
    });

    it('right keeps rows of the right that meet nothing, after the others', async () => {
      expect(pairs(await join({ joins: kind('right') }))).to.deep.equal([...met, [null, 'Rome']]);
    });

    it('full keeps both', async () => {
      expect(pairs(await join({ joins: kind('full') }))).to.deep.equal([...met, ...lonely, [null, 'Rome']]);
    });
  });

  describe('columns of the same name', () => {
    const one = { people: people.slice(0, 1), towns };
    const columns = async (conflict_resolution?: Record<string, unknown>, output: Record<string, unknown>[] = []) =>
      Object.entries((await join({ datasets: one, output, more: conflict_resolution ? { conflict_resolution } : {} }))[0]!).map(
        ([name, value]) => `${name}=${value}`,
      );

    it('are prefixed with the right dataset by default', async () => {
      expect(await columns()).to.deep.equal(['id=1', 'name=Ada', 'town=L', 'towns_town=L', 'towns_name=London']);
      expect(await columns({})).to.deep.equal(['id=1', 'name=Ada', 'town=L', 'towns_town=L', 'towns_name=London']);
    });

    it('take the prefixes that are configured', async () => {
      expect(await columns({ strategy: 'prefix', left_modifier: 'p_', right_modifier: 't_' })).to.deep.equal([
        'id=1',
        'p_name=Ada',
        'p_town=L',
        't_town=L',
        't_name=London',
      ]);
    });

    it('are suffixed with the right dataset', async () => {
      expect(await columns({ strategy: 'suffix' })).to.deep.equal(['id=1', 'name=Ada', 'town=L', 'town_towns=L', 'name_towns=London']);
    });

    it('take the suffixes that are configured', async () => {
      expect(await columns({ strategy: 'suffix', left_modifier: '_1', right_modifier: '_2' })).to.deep.equal([
        'id=1',
        'name_1=Ada',
        'town_1=L',
        'town_2=L',
        'name_2=London',
      ]);
    });

    it('are chosen by output columns when explicit', async () => {
      const output = [
        { name: 'who', source: 'people.name', type: 'string' },
        { name: 'where', source: 'towns.name', type: 'string' },
        { name: 'id', source: 'id', type: 'integer' },
      ];
      expect(await columns({ strategy: 'explicit' }, output)).to.deep.equal(['who=Ada', 'where=London', 'id=1']);
    });

    it('are refused when explicit and not chosen', async () => {
      const more = { conflict_resolution: { strategy: 'explicit' } };
      expect(await message({ more })).to.equal(
        "Block 'j' (join): the column 'town' is in 'people', 'towns' and conflict_resolution is explicit; choose with output_columns, for example source 'people.town'",
      );
      expect(await message({ more, output: [{ name: 'n', source: 'name', type: 'string' }] })).to.include(
        "the source of the output column 'n', 'name' is in 'people', 'towns'; write 'people.name' or 'towns.name'",
      );
    });

    it('are refused when the new name is taken as well', async () => {
      const datasets = { people: [{ town: 'L', towns_town: 1 }], towns };
      expect(await message({ datasets })).to.include("two columns would be called 'towns_town'; set another right_modifier");
    });
  });

  describe('chained', () => {
    const countries = [{ code: 'L', country: 'UK' }];

    it('joins the outcome of the join before, by dataset and column or by name', async () => {
      const joins = (left_key: string) => [...kind('inner'), { dataset: 'countries', left_key, right_key: 'code', join_type: 'left' }];
      for (const left_key of ['town', 'towns_town', 'towns.town', 'people.town']) {
        const rows = await join({ joins: joins(left_key), datasets: { people, towns, countries } });
        expect(rows.map((row) => [row.name, row.country])).to.deep.equal([
          ['Ada', 'UK'],
          ['Bob', null],
          ['Bob', null],
        ]);
      }
    });

    it('keeps rows of a later right side with nulls for all before it', async () => {
      const joins = [...kind('left'), { dataset: 'countries', left_key: 'town', right_key: 'code', join_type: 'full' }];
      const rows = await join({ joins, datasets: { people: people.slice(1, 2), towns, countries } });
      expect(rows.at(-1)).to.deep.equal({ id: null, name: null, town: null, towns_town: null, towns_name: null, code: 'L', country: 'UK' });
    });

    it('joins one dataset twice under two names, reading it once', async () => {
      const routes = [{ from: 'L', to: 'R' }];
      const joins = [
        { dataset: 'origin', left_key: 'from', right_key: 'town' },
        { dataset: 'target', left_key: 'to', right_key: 'town' },
      ];
      const blocks: Record<string, BlockSketch> = {
        r: ['constant', { config_value: routes }],
        t: ['dataset', { dataset_id: 'towns' }],
        j: ['join', { base_dataset: 'routes', joins, output_columns: [] }],
        out: ['output'],
      };
      const world = services({ datasets: { towns } });
      const configuration = pipeline(blocks, 'r -> j.routes', 't -> j.origin', 't -> j.target', 'j -> out');
      expect(await runGraph(configuration, {}, { services: world })).to.deep.equal({
        output: [{ from: 'L', to: 'R', town: 'L', name: 'London', target_town: 'R', target_name: 'Rome' }],
      });
      expect(world.opened.get('towns')).to.equal(1);
    });

    it('numbers a dataset that is joined twice under one name', async () => {
      const joins = [...kind('inner'), ...kind('inner')];
      const rows = await join({ joins, datasets: { people: people.slice(0, 1), towns } });
      expect(Object.keys(rows[0]!)).to.deep.equal(['id', 'name', 'town', 'towns_town', 'towns_name', 'towns_2_town', 'towns_2_name']);
    });
  });

  describe('output columns', () => {
    const output = (type: string, more = {}) => [{ name: 'it', source: 'value', type, ...more }];
    const cast = async (value: unknown, columns: Record<string, unknown>[]) =>
      (await join({ joins: [], output: columns, datasets: { people: [{ value }] } }))[0]!.it;

    it('cast to their type', async () => {
      expect(await cast('7', output('integer'))).to.equal(7);
      expect(await cast('7.5', output('number'))).to.equal(7.5);
      expect(await cast(7, output('string'))).to.equal('7');
      expect(await cast('yes', output('boolean'))).to.equal(true);
      expect(await cast('{"a":1}', output('object'))).to.deep.equal({ a: 1 });
      expect(await cast('x', output('null'))).to.equal(null);
    });

    it('say what cannot be cast, in which row', async () => {
      expect(await message({ joins: [], output: output('integer'), datasets: { people: [{ value: 1 }, { value: 'x' }] } })).to.equal(
        "Block 'j' (join): row 2 of the result, output column 'it': 'x' is not an integer; choose another type for it",
      );
    });

    it('refuse null unless they are nullable', async () => {
      expect(await message({ joins: [], output: output('string'), datasets: { people: [{ value: null }] } })).to.include(
        "row 1 of the result: the output column 'it' is null; set nullable to true on it",
      );
      expect(await cast(null, output('string', { nullable: true }))).to.equal(null);
    });

    it('must have names of their own', () => {
      const { errors } = validateConfiguration(joining({ output: [...output('string'), ...output('integer')] }));
      expect(errors.map((error) => error.message)).to.deep.equal([
        "its config is wrong: output_columns has 'it' twice; give each output column a name of its own",
      ]);
    });

    it('must come from a column there is', async () => {
      expect(await message({ output: [{ name: 'it', source: 'towns.mayor', type: 'string' }] })).to.equal(
        "Block 'j' (join): the source of the output column 'it', 'towns.mayor' is not a column; the joined datasets have 'people.id', 'people.name', 'people.town', 'towns.town', 'towns.name'",
      );
    });
  });

  describe('keys', () => {
    it('meet when their texts are the same, whatever their types', async () => {
      const rows = await join({
        datasets: { people: [{ town: 7 }, { town: true }], towns: [{ town: '7' }, { town: 'true' }, { town: '07' }] },
      });
      expect(rows.map((row) => row.towns_town)).to.deep.equal(['7', 'true']);
    });

    it('that are null meet nothing, not even each other', async () => {
      expect(await join({ datasets: { people: [{ town: null }], towns: [{ town: null }] } })).to.deep.equal([]);
    });

    it('name the missing left column and those there are', async () => {
      expect(await message({ joins: [{ dataset: 'towns', left_key: 'city', right_key: 'town' }] })).to.equal(
        "Block 'j' (join): the left_key 'city' is not a column; the joined datasets have 'people.id', 'people.name', 'people.town'",
      );
    });

    it('name the missing right column, its dataset and the columns it has', async () => {
      expect(await message({ joins: [{ dataset: 'towns', left_key: 'town', right_key: 'code' }] })).to.equal(
        "Block 'j' (join): the right_key 'code' is not a column of the dataset 'towns', which has 'town', 'name'; correct the right_key",
      );
    });

    it('may name the right dataset too', async () => {
      expect(await join({ joins: [{ dataset: 'towns', left_key: 'people.town', right_key: 'towns.town' }] })).to.have.length(3);
    });
  });

  describe('datasets', () => {
    it('without rows and without columns join to nothing', async () => {
      expect(await join({ datasets: { people, towns: [] } })).to.deep.equal([]);
      expect(await join({ joins: kind('right'), datasets: { people: [], towns: towns.slice(0, 1) } })).to.deep.equal([
        { town: 'L', name: 'London' },
      ]);
      expect(await join({ joins: kind('left'), datasets: { people: people.slice(0, 1), towns: [] } })).to.deep.equal([
        { id: 1, name: 'Ada', town: 'L' },
      ]);
    });

    it('without rows but with declared columns give these columns', async () => {
      const blocks: Record<string, BlockSketch> = {
        p: ['constant', { config_value: people.slice(0, 1) }],
        j: ['join', { base_dataset: 'people', joins: kind('left'), output_columns: [] }],
        t: ['dataset', { dataset_id: 't' }],
        out: ['output'],
      };
      const world = { datasets: { t: { rows: [], columns: ['town', 'mayor'] } } };
      expect(await run(pipeline(blocks, 'p -> j.people', 't -> j.towns', 'j -> out'), {}, world)).to.deep.equal({
        output: [{ id: 1, name: 'Ada', town: 'L', towns_town: null, mayor: null }],
      });
    });

    it('arrive as an id, or by an id in the place of the name', async () => {
      const byPort = { datasets: { people, towns: 'an-id' as unknown as Row[] } };
      expect(await join(byPort, { datasets: { 'an-id': towns } })).to.have.length(3);
      const id = 'r-7cPXbnB_C6hdlUZS5KN';
      const joins = [{ dataset: id, left_key: 'town', right_key: 'town' }];
      const rows = await join({ joins, datasets: { people }, more: { dataset_names: { [id]: 'cities' } } }, { datasets: { [id]: towns } });
      expect(rows[0]).to.include({ cities_name: 'London' });
    });

    it('are found by the id or port that dataset_names gives the name to', async () => {
      const byId = { datasets: { people }, more: { dataset_names: { 'an-id': 'towns' } } };
      expect(await join(byId, { datasets: { 'an-id': towns } })).to.have.length(3);
      const byPort = { datasets: { people, right: towns }, more: { dataset_names: { right: 'towns' } } };
      expect(await join(byPort)).to.have.length(3);
    });

    it('that are not there are an error that shows both ways', async () => {
      const unconnected = validateConfiguration(joining({ datasets: { people } }));
      expect(unconnected.errors.map(({ errorType, message: text }) => [errorType, text])).to.deep.equal([
        ['unconnected_port', "nothing is connected to its port 'towns'; connect a block to it"],
      ]);
      const id = 'r-7cPXbnB_C6hdlUZS5KN';
      expect(await message({ datasets: { people }, joins: [{ dataset: id, left_key: 'town', right_key: 'town' }] })).to.equal(
        `Block 'j' (join): there are no rows for the dataset '${id}': no block is connected to a port '${id}' (connected: 'people'), and '${id}' could not be opened as a dataset id ` +
          `(there is no dataset '${id}'). Connect a block to the port '${id}', or map a dataset id to the name in dataset_names`,
      );
    });

    it('that are not rows are an error', async () => {
      expect(await message({ datasets: { people, towns: [1] as unknown as Row[] } })).to.equal(
        "Block 'j' (join): rows are expected, but item 1 of the list is the number 1; give a list of objects",
      );
    });
  });
});
