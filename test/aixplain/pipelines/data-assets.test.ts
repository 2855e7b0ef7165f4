import { expect } from 'chai';
import nock from 'nock';
import { failure } from '../../support/failure.js';
import { withoutNetwork } from '../../support/widgets.js';
import { backend, body, connect } from '../support/platform.js';

const token = { reqheaders: { authorization: 'Token team-key-of-the-tests' } };
const run = '/assets/pipeline/execution/run/p1';

describe('running a pipeline on data the platform has', () => {
  withoutNetwork();
  const pipeline = () => new (connect().Pipeline)({ id: 'p1', name: 'p' });

  it('looks the corpus up, with the key of the pipeline’s connection', async () => {
    nock(backend, token)
      .get('/sdk/corpora/c1/overview')
      .reply(200, { id: 'c1', data: [{ id: 'd1' }] });
    nock(backend)
      .post(run, body({ data: [{ dataAsset: { corpus_id: 'c1', data_id: 'd1' } }], batchmode: true, version: null }))
      .reply(201, { status: 'IN_PROGRESS', url: `${backend}/poll` });
    await pipeline().runAsync('d1', { dataAsset: 'c1' });
  });

  it('looks a dataset up where there is no such corpus', async () => {
    nock(backend).get('/sdk/corpora/s1/overview').reply(404, { message: 'no corpus' });
    nock(backend, token)
      .get('/sdk/datasets/s1/overview')
      .reply(200, { id: 's1', data: [{ id: 'd3' }, { id: 'd4' }], input: [{ dataId: 'd3' }], output: [{ dataIds: ['d4'] }] });
    nock(backend)
      .post(run, body({ data: [{ dataAsset: { dataset_id: 's1', data_id: 'd4' } }], batchmode: true, version: null }))
      .reply(201, { status: 'IN_PROGRESS', url: `${backend}/poll` });
    await pipeline().runAsync({ Text: 'd4' }, { dataAsset: { Text: 's1' } });
  });

  it('does not run when the data is not there, or cannot be looked up', async () => {
    nock(backend).get('/sdk/corpora/x/overview').reply(404, {});
    nock(backend).get('/sdk/datasets/x/overview').reply(404, {});
    expect((await failure(pipeline().runAsync('d', { dataAsset: 'x' }))).message).to.contain('Data Asset "x" not found');
    nock(backend).get('/sdk/corpora/x/overview').reply(401, { message: 'no' });
    expect((await failure(pipeline().runAsync('d', { dataAsset: 'x' }))).status).to.equal(401);
  });
});
