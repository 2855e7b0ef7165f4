import { expect } from 'chai';
import { type Json, usePlatform } from '../support/platform.js';
import { vendorSeed } from './seed.js';

describe('Tools of the local platform without a handler', () => {
  const local = usePlatform({ seed: vendorSeed });

  async function run(id: string, action: string, data: object = {}): Promise<Json> {
    const { body } = await local.client.post(`/api/v2/execute/${id}`, { action, data });
    return await local.client.until(body.data, ({ completed }) => completed);
  }

  it('keep more records than one statement writes or deletes', async () => {
    const actions = ['upsert', 'count', 'get', 'delete'].map((name) => ({ name }));
    const { id } = (await local.client.post('/v2/tools', { name: 'Many', actions })).body;
    const ids = Array.from({ length: 201 }, (_, index) => `r${index}`);
    for (const text of ['one', 'two']) {
      const done = await run(id, 'upsert', { records: ids.map((key) => ({ id: key, text })) });
      expect([done.data.upserted, (await run(id, 'count')).data]).to.deep.equal([201, 201]);
    }
    expect((await run(id, 'get', { id: 'r200' })).data).to.deep.equal([{ id: 'r200', text: 'two', metadata: {} }]);
    expect([(await run(id, 'delete', { ids })).data, (await run(id, 'count')).data]).to.deep.equal([{ deleted: 201 }, 0]);
  });

  it('keep an index, and search it by words and filters', async () => {
    const names = ['upsert', 'search', 'get', 'delete', 'count', 'metadata'];
    const { id } = (await local.client.post('/v2/tools', { name: 'Products', actions: names.map((name) => ({ name })) })).body;
    const act = async (action: string, data: object = {}): Promise<Json> => (await run(id, action, data)).data;
    const records = [
      { id: '1', text: 'A cheap lamp, bright light', metadata: { price: 9 } },
      { id: '2', text: 'An expensive lamp', metadata: { price: 90, colour: 'red' } },
      { id: '3', text: 'A chair', metadata: { price: 30 } },
    ];
    expect(await act('upsert', { records })).to.deep.equal({ upserted: 3, chunks: 3 });
    expect(await act('upsert', { records: [{ id: '2', text: 'first' }, records[1]] }), 'the last one counts').to.include({ upserted: 1 });
    expect(await act('count')).to.equal(3);
    const found = await act('search', { query: 'cheap LAMP' });
    expect(found.map(({ id: key, score }: Json) => [key, score])).to.deep.equal([
      ['1', 1],
      ['2', 0.5],
    ]);
    expect(found[0]).to.deep.equal({ ...records[0], score: 1 });
    const ids = async (data: object): Promise<string[]> =>
      (await act('search', { query: 'lamp chair', ...data })).map((each: Json) => each.id);
    for (const [filter, expected] of [
      [{ field: 'price', operator: '<', value: 30 }, ['1']],
      [{ field: 'price', operator: '>=', value: 30 }, ['2', '3']],
      [{ field: 'colour', operator: '==', value: 'red' }, ['2']],
      [{ field: 'colour', operator: '!=', value: 'red' }, ['1', '3']],
      [{ field: 'price', operator: 'in', value: [9, 30] }, ['1', '3']],
      [{ field: 'price', operator: 'not in', value: [9, 30] }, ['2']],
    ] as const) {
      expect(await ids({ filters: [filter] }), filter.operator).to.deep.equal(expected);
    }
    expect(await ids({ top_k: 1 })).to.deep.equal(['1']);
    expect((await run(id, 'search', { query: 'lamp', filters: [{ field: 'a', operator: '~', value: 1 }] })).errorMessage).to.contain("'~'");
    await act('upsert', {
      records: [{ id: '3', text: 'One. Two. Three.' }],
      chunking: { split_by: 'sentence', split_length: 2, split_overlap: 1 },
    });
    expect((await act('get', { id: '3' })).map(({ id: key, text }: Json) => [key, text])).to.deep.equal([
      ['3#0', 'One. Two.'],
      ['3#1', 'Two. Three.'],
    ]);
    expect(await act('count')).to.equal(4);
    expect(await act('delete', { ids: ['3', '1'] })).to.deep.equal({ deleted: 3 });
    expect(await act('metadata')).to.deep.equal({ count: 1, fields: ['price', 'colour'] });
    await act('delete', { id: '2' });
    expect(await act('search', { query: 'lamp' }), 'an empty index').to.deep.equal([]);
  });

  it('return their input otherwise, and do not run code', async () => {
    expect((await run('search-1', 'search', { query: 'rain' })).data).to.deep.equal({ query: 'rain' });
    expect((await run('code-1', 'run', { code: 'print(1)' })).data).to.deep.equal({
      stdout: '',
      stderr: "Code is not run here: register platform.block('code-1', handler).",
    });
  });
});
