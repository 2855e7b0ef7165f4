import { expect } from 'chai';
import nock from 'nock';
import { BadRequestError, OperationFailedError, ValidationError } from '../../../src/index.js';
import type { Dataset, Moderately } from '../../../src/moderately/index.js';
import { failure } from '../../support/failure.js';
import { connect, json, onTheWire, origin, page, teamId } from '../support/connect.js';

describe('a dataset', () => {
  onTheWire();
  let mai: Moderately;
  beforeEach(() => {
    mai = connect();
  });

  async function loaded(more: object = {}): Promise<Dataset> {
    nock(origin).get('/datasets/d1').reply(200, json.dataset(more));
    return mai.Dataset.get('d1');
  }

  it('is created in the team of its connection', async () => {
    nock(origin)
      .post('/datasets', { teamId, name: 'Airports', description: 'All of them' })
      .reply(201, json.dataset({ description: 'All of them' }));
    const dataset = await mai.Dataset.create({ name: 'Airports', description: 'All of them' });
    expect(dataset).to.include({
      id: 'd1',
      datasetId: 'd1',
      currentDataVersionId: null,
      currentSchemaVersionId: null,
      processingStatus: null,
    });
    expect([dataset.isNew, dataset.isModified, dataset.isPartial]).to.deep.equal([false, false, false]);
  });

  it('has a name of 1 to 255 characters and a description of at most 10,000, checked before any request', async () => {
    for (const [field, attributes] of [
      ['name', { name: '' }],
      ['name', { name: 'x'.repeat(256) }],
      ['name', {}],
      ['name', { name: null as unknown as string }],
      ['description', { name: 'a', description: 'x'.repeat(10_001) }],
    ] as const) {
      const error = await failure<ValidationError>(mai.Dataset.create(attributes));
      expect(error).to.be.instanceOf(ValidationError);
      expect(error.details.map((detail) => detail.field)).to.deep.equal([field]);
    }
  });

  it('counts characters as the platform does, not as JavaScript', async () => {
    const name = '🛫'.repeat(255);
    nock(origin).post('/datasets', { teamId, name }).reply(201, json.dataset({ name }));
    await mai.Dataset.create({ name });
    expect(await failure(mai.Dataset.create({ name: `${name}🛫` }))).to.be.instanceOf(ValidationError);
  });

  it('sends a changed field alone, and nothing when nothing has changed', async () => {
    const dataset = await loaded();
    nock(origin)
      .patch('/datasets/d1', { name: 'Airfields' })
      .reply(200, json.dataset({ name: 'Airfields' }));
    dataset.name = 'Airfields';
    await dataset.save();
    await dataset.save();
    expect(dataset.isModified).to.equal(false);
  });

  it('empties a description where the platform takes no null', async () => {
    const dataset = await loaded({ description: 'old' });
    nock(origin)
      .patch('/datasets/d1', { description: '' })
      .reply(200, json.dataset({ description: '' }));
    await dataset.save({ description: null });
    expect([dataset.description, dataset.isModified]).to.deep.equal(['', false]);
  });

  it('refuses to change what the platform sets, naming it', async () => {
    const dataset = await loaded();
    (dataset as { currentDataVersionId: string | null }).currentDataVersionId = 'x';
    expect((await failure(dataset.save())).message).to.contain('currentDataVersionId is read-only');
  });

  it('from a list knows what it lacks, and loads it when it is refreshed', async () => {
    const {
      processingStatus: _status,
      activeDataVersionId: _data,
      activeDataSchemaVersionId: _schema,
      ...item
    } = json.dataset() as Record<string, unknown>;
    nock(origin)
      .get('/datasets')
      .query(true)
      .reply(200, page([item]));
    const dataset = (await mai.Dataset.search()).results[0]!;
    expect([dataset.isPartial, dataset.processingStatus]).to.deep.equal([true, undefined]);
    nock(origin)
      .get('/datasets/d1')
      .reply(200, json.dataset({ processingStatus: 'completed' }));
    await dataset.refresh();
    expect([dataset.isPartial, dataset.processingStatus]).to.deep.equal([false, 'completed']);
  });

  it('is deleted, whatever the platform says beside', async () => {
    const dataset = await loaded();
    nock(origin).delete('/datasets/d1').reply(200, { success: true, message: 'Deleted.' });
    expect(await dataset.delete()).to.include({ status: 'SUCCESS', completed: true, deletedId: 'd1' });
    expect((await failure(dataset.uploadData(Buffer.from('')))).message).to.contain('deleted');
  });

  it('is cloned as a new one of the same name and description', async () => {
    const dataset = await loaded({ description: 'All', currentDataVersionId: 'dv1' });
    dataset.name = 'Changed';
    const copy = await dataset.clone();
    expect(copy).to.include({ isNew: true, id: null, name: 'Changed', description: 'All', currentDataVersionId: undefined });
    nock(origin)
      .post('/datasets', { teamId, name: 'Copy', description: 'All' })
      .reply(201, json.dataset({ datasetId: 'd2', name: 'Copy' }));
    expect((await copy.save({ name: 'Copy' })).id).to.equal('d2');
  });

  it('keeps what the platform says beside the documented fields', async () => {
    const dataset = await loaded({ recordCount: 7, colour: 'blue' });
    expect(dataset.recordCount).to.equal(7);
    expect(dataset.toDict()).to.deep.equal(json.dataset({ recordCount: 7, colour: 'blue' }));
  });

  it('is only touched by those who have it saved', async () => {
    const dataset = new mai.Dataset({ name: 'new' });
    for (const use of [
      () => dataset.uploadData(Buffer.from('a')),
      () => dataset.createSchema([{ name: 'a', type: 'str' }]),
      () => dataset.process(),
      async () => dataset.dataVersions(),
      () => dataset.currentSchema(),
      () => dataset.downloadData(),
    ]) {
      expect((await failure(use())).message).to.contain('save() first');
    }
  });

  describe('when it is processed', () => {
    const processed = { processingStatus: 'completed', activeDataVersionId: 'dv1', activeDataSchemaVersionId: 'sv1' };

    it('is started by a save that says so, even when nothing has changed', async () => {
      const dataset = await loaded();
      nock(origin)
        .patch('/datasets/d1', { shouldProcess: true })
        .twice()
        .reply(200, json.dataset({ processingStatus: 'in_progress' }));
      await dataset.update({ shouldProcess: true });
      expect(dataset.processingStatus).to.equal('in_progress');
      await dataset.save({ shouldProcess: true });
    });

    it('cannot be started by the save that creates it, for it has no data yet', async () => {
      const error = await failure(new mai.Dataset({ name: 'New' }).save({ shouldProcess: true }));
      expect(error).to.be.instanceOf(ValidationError);
      expect(error.message).to.contain('shouldProcess').and.to.contain('uploadData');
    });

    it('asks where it stands when the platform starts it without a word', async () => {
      const dataset = await loaded();
      nock(origin).patch('/datasets/d1', { shouldProcess: true }).reply(200);
      nock(origin).get('/datasets/d1').twice().reply(200, json.dataset(processed));
      expect(await dataset.process()).to.include({ id: 'd1', ...processed });
    });

    it('is polled until it has ended, one poll event per poll', async () => {
      const dataset = await loaded();
      nock(origin)
        .patch('/datasets/d1', { shouldProcess: true })
        .reply(200, json.dataset({ processingStatus: 'in_progress' }));
      nock(origin)
        .get('/datasets/d1')
        .twice()
        .reply(200, json.dataset({ processingStatus: 'in_progress' }));
      nock(origin).get('/datasets/d1').reply(200, json.dataset(processed));
      const told: unknown[] = [];
      dataset.on('poll', ({ attempt }) => told.push(attempt, dataset.processingStatus));
      dataset.on('complete', () => told.push('complete'));
      dataset.on('run', () => told.push('run'));
      expect(await dataset.process({ waitTime: 0.01 })).to.equal(dataset);
      expect(told).to.deep.equal([1, 'in_progress', 2, 'in_progress', 3, 'completed', 'complete', 'run']);
      expect(dataset).to.include(processed);
    });

    it('keeps local edits meanwhile', async () => {
      const dataset = await loaded();
      dataset.name = 'Edited';
      nock(origin)
        .patch('/datasets/d1', { shouldProcess: true })
        .reply(200, json.dataset({ processingStatus: 'in_progress' }));
      nock(origin).get('/datasets/d1').reply(200, json.dataset(processed));
      await dataset.process();
      expect([dataset.name, dataset.changedFields]).to.deep.equal(['Edited', ['name']]);
    });

    it('fails in the words of the platform, and tells its listeners', async () => {
      const dataset = await loaded();
      nock(origin)
        .patch('/datasets/d1')
        .reply(200, json.dataset({ processingStatus: 'in_progress' }));
      nock(origin)
        .get('/datasets/d1')
        .reply(200, json.dataset({ processingStatus: 'failed', processingError: 'row 3: "x" is no integer' }));
      const told: string[] = [];
      dataset.on('fail', ({ operation }) => told.push(operation));
      const error = await failure<OperationFailedError>(dataset.process());
      expect(error).to.be.instanceOf(OperationFailedError);
      expect(error).to.include({ result: dataset, reason: 'row 3: "x" is no integer', code: 'failed' });
      expect(told).to.deep.equal(['wait', 'run']);
    });

    it('is refused when there is nothing to process', async () => {
      const dataset = await loaded();
      nock(origin)
        .patch('/datasets/d1')
        .reply(400, { error: { message: 'No current data.' } });
      expect(await failure(dataset.process())).to.be.instanceOf(BadRequestError);
    });

    it('can be waited for later, from a token', async () => {
      const dataset = await loaded();
      nock(origin).get('/datasets/d1').reply(200, json.dataset(processed));
      const resumed = mai.Dataset.resume(dataset.token());
      expect((await resumed.wait()).name).to.equal('Airports');
    });
  });
});
