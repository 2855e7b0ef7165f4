import { expect } from 'chai';
import { validateConfiguration } from '../../../../../src/local/engine/index.js';
import type { Row } from '../../../../../src/local/engine/types.js';
import { type BlockSketch, pipeline, run } from '../../support/engine.js';
import { join, joining, kind, message, people, towns } from '../../support/join.js';

describe('the join block', () => {
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
        "Block 'j' (join): rows are expected, but item 1 of the list is the number 1; use a list of objects",
      );
    });
  });
});
