import { expect } from 'chai';
import { validateConfiguration } from '../../../../../src/local/engine/index.js';
import { join, joining, message, people, towns } from '../../support/join.js';

describe('the join block', () => {
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

    it('are renamed in time when there are many', async () => {
      const wide = [Object.fromEntries(Array.from({ length: 20_000 }, (_unused, index) => [`c${index}`, index]))];
      const [row] = await join({
        joins: [{ dataset: 'towns', left_key: 'c0', right_key: 'c0' }],
        datasets: { people: wide, towns: wide },
        more: { conflict_resolution: { strategy: 'prefix', left_modifier: 'l_', right_modifier: 'r_' } },
      });
      expect(Object.keys(row!)).to.have.length(40_000);
      expect(Object.keys(row!).slice(0, 2)).to.deep.equal(['l_c0', 'l_c1']);
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
      expect(await message({ datasets })).to.include("two columns would have the name 'towns_town'; set another right_modifier");
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
        "its config is invalid: output_columns has 'it' twice; the names of output columns must be unique",
      ]);
    });

    it('must come from a column there is', async () => {
      expect(await message({ output: [{ name: 'it', source: 'towns.mayor', type: 'string' }] })).to.equal(
        "Block 'j' (join): the source of the output column 'it', 'towns.mayor' is not a column; the joined datasets have 'people.id', 'people.name', 'people.town', 'towns.town', 'towns.name'",
      );
    });
  });
});
