import { inspect } from 'node:util';
import { expect } from 'chai';
import nock from 'nock';
import { BeforeDelete, BeforeSave, type HookContext } from '../../../src/index.js';
import { Dataset, File, Pipeline } from '../../../src/moderately/index.js';
import { failure } from '../../support/failure.js';
import { connect, json, onTheWire, origin, teamId } from '../support/connect.js';

describe('a record of Moderately', () => {
  onTheWire();

  it('is created by its first save, and filled in by the response', async () => {
    const mai = connect();
    const pipeline = new mai.Pipeline({ name: 'Routes' });
    expect([pipeline.isNew, pipeline.isModified, pipeline.id]).to.deep.equal([true, true, null]);
    nock(origin).post('/pipelines').reply(201, json.pipeline());
    await pipeline.save();
    expect([pipeline.isNew, pipeline.isModified, pipeline.id, pipeline.teamId]).to.deep.equal([false, false, 'p1', teamId]);
  });

  it('lists what has changed, before and after, and can put it back', () => {
    const pipeline = connect().Pipeline.fromDict(json.pipeline());
    pipeline.name = 'Ways';
    pipeline.description = 'new';
    expect(pipeline.changes).to.deep.equal({ name: { from: 'Routes', to: 'Ways' }, description: { from: null, to: 'new' } });
    expect(pipeline.revert('name')).to.deep.equal(['name']);
    expect(pipeline.changedFields).to.deep.equal(['description']);
    pipeline.revert();
    expect(pipeline.isModified).to.equal(false);
  });

  it('has dates as dates, and the platform’s own text of them in JSON', () => {
    const pipeline = connect().Pipeline.fromDict(json.pipeline({ createdAt: '2024-01-15T10:00:00Z' }));
    expect(pipeline.createdAt).to.be.instanceOf(Date);
    expect(pipeline.toJSON().createdAt).to.equal('2024-01-15T10:00:00Z');
  });

  it('gives JSON with the keys of the wire, the unknown ones too, as a copy', () => {
    const data = json.file({ metadata: { a: [1] }, colour: 'blue' });
    const file = connect().File.fromDict(data);
    const copy = file.toJSON();
    (copy.metadata as { a: number[] }).a.push(2);
    expect(file.toJSON()).to.deep.equal(data);
  });

  it('shows exactly its fields', () => {
    const file = connect().File.fromDict(json.file());
    expect(Object.keys(file)).to.deep.equal(['id', ...Object.keys(json.file())]);
    expect(inspect(file)).to.match(/^File \{\n {2}id: 'f1',\n/);
  });

  it('does not send what a before hook refuses, and runs hooks of base and subclass in order', async () => {
    const told: string[] = [];
    class Named extends Dataset {
      @BeforeSave()
      first(): void {
        told.push('base');
      }
    }
    class Strict extends Named {
      @BeforeSave()
      second({ changes }: HookContext): void {
        told.push('sub');
        if (!String(changes.name?.to).startsWith('ds-')) throw new Error('A dataset’s name begins with ds-.');
      }
      @BeforeDelete()
      third(): void {
        told.push('delete');
      }
    }
    const mai = connect();
    const Stricts = mai.bind(Strict);
    const error = await failure(new Stricts({ name: 'Airports' }).save());
    expect(error.message).to.equal('A dataset’s name begins with ds-.');
    nock(origin)
      .post('/datasets')
      .reply(201, json.dataset({ name: 'ds-airports' }));
    const dataset = await new Stricts({ name: 'ds-airports' }).save();
    nock(origin).delete('/datasets/d1').reply(200, { success: true, message: '' });
    await dataset.delete();
    expect(told).to.deep.equal(['base', 'sub', 'base', 'sub', 'delete']);
  });

  it('saves one after the other, and loses no edit', async () => {
    const dataset = connect().Dataset.fromDict(json.dataset());
    nock(origin)
      .patch('/datasets/d1', { name: 'One' })
      .delay(20)
      .reply(200, json.dataset({ name: 'One' }));
    nock(origin)
      .patch('/datasets/d1', { description: 'Two' })
      .reply(200, json.dataset({ name: 'One', description: 'Two' }));
    const first = dataset.save({ name: 'One' });
    await new Promise((resolve) => dataset.once('request', resolve));
    await Promise.all([first, dataset.save({ description: 'Two' })]);
    expect(dataset).to.include({ name: 'One', description: 'Two', isModified: false });
  });

  it('is cloned with its edits, without its id, and into its own connection', async () => {
    const mai = connect();
    const pipeline = mai.Pipeline.fromDict(json.pipeline({ description: 'old' }));
    pipeline.description = 'edited';
    const copy = await pipeline.clone();
    expect(copy).to.include({ isNew: true, id: null, description: 'edited', context: mai });
    expect(copy).to.be.instanceOf(Pipeline);
  });

  it('is made and changed by the documented names, too', async () => {
    const mai = connect();
    nock(origin).post('/datasets').reply(201, json.dataset());
    const dataset = await mai.Dataset.create({ name: 'Airports' });
    nock(origin)
      .patch('/datasets/d1')
      .reply(200, json.dataset({ name: 'Fields' }));
    await dataset.update({ name: 'Fields' });
    nock(origin).get('/datasets/d1').reply(200, json.dataset());
    expect((await mai.Dataset.retrieve('d1')).name).to.equal('Airports');
  });

  it('can be changed, waited for and deleted by its id alone', async () => {
    const mai = connect();
    nock(origin)
      .patch('/pipelines/p1', { name: 'Ways' })
      .reply(200, json.pipeline({ name: 'Ways' }));
    expect((await new mai.Pipeline({ id: 'p1' }).save({ name: 'Ways' })).description).to.equal(null);
    nock(origin).patch('/users/u1', { fullName: 'Joan' }).reply(200);
    await new mai.User({ id: 'u1' }).save({ fullName: 'Joan' });
    nock(origin)
      .get('/agent-executions/ae1')
      .reply(200, json.agentExecution({ status: 'completed' }));
    expect((await new mai.AgentExecution({ id: 'ae1' }).wait()).isCompleted).to.equal(true);
    nock(origin).get('/files/f1/download').reply(200, { downloadUrl: 'https://store.test/f1', expiresAt: null });
    nock('https://store.test').get('/f1').reply(200, 'x');
    expect((await new mai.File({ id: 'f1' }).download()).length).to.equal(1);
    nock(origin).delete('/files/f1').reply(204);
    await new mai.File({ id: 'f1' }).delete();
  });

  it('refuses names it does not have', async () => {
    const mai = connect();
    expect(() => new mai.Dataset({ nam: 'x' } as object)).to.throw('did you mean name');
    expect(() => new mai.File({ fileId: 'x' } as object)).to.throw('read-only');
    expect(File.name).to.equal('File');
  });
});
