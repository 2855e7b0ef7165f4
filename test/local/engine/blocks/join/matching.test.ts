import { expect } from 'chai';
import { runGraph } from '../../../../../src/local/engine/index.js';
import type { Row } from '../../../../../src/local/engine/types.js';
import { type BlockSketch, pipeline, services } from '../../support/engine.js';
import { join, kind, message, people, towns } from '../../support/join.js';

const pairs = (rows: Row[]) => rows.map((row) => [row.name, row.towns_name]);

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

  describe('on blank keys', () => {
    it('meets nothing, whether the datasets have schemas or not', async () => {
      for (const blank of ['', '  ', null]) {
        const datasets = { people: [{ town: 'a' }, { town: blank }], towns: [{ town: 'a' }, { town: blank }, { town: blank }] };
        expect(await join({ joins: kind('inner'), datasets }), JSON.stringify(blank)).to.have.length(1);
        expect(await join({ joins: kind('full'), datasets }), JSON.stringify(blank)).to.have.length(4);
      }
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
});
