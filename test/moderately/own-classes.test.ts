import { expect } from 'chai';
import nock from 'nock';
import {
  Dataset,
  DatasetDataVersion,
  type Moderately,
  Pipeline,
  PipelineConfigurationVersion,
  PipelineExecution,
} from '../../src/moderately/index.js';
import { connect, json, onTheWire, origin, page } from './support/connect.js';

describe('a subclass of your own', () => {
  onTheWire();
  let mai: Moderately;
  let polls = 0;
  class Watched extends PipelineExecution {
    override onPoll(): void {
      polls++;
    }
  }
  beforeEach(() => {
    mai = connect();
    polls = 0;
  });
  const starts = (): void => {
    nock(origin).post('/pipeline-executions').reply(201, json.execution());
  };

  it('is what executions are made of once it is bound, so that its hooks run', async () => {
    mai.bind(Watched);
    const version = mai.PipelineConfigurationVersion.fromDict(json.configurationVersion());
    const pipeline = mai.Pipeline.fromDict(json.pipeline());
    starts();
    const execution = await version.execute({ a: 1 });
    expect(execution).to.be.instanceOf(Watched);
    nock(origin)
      .get('/pipeline-executions')
      .query(true)
      .optionally()
      .reply(200, page([json.execution({ status: 'completed' })]));
    nock(origin)
      .get(/pipeline-executions\/.*/)
      .optionally()
      .reply(200, json.execution({ status: 'completed' }));
    await execution.wait();
    expect(polls).to.equal(1);
    nock.cleanAll();
    starts();
    expect(await pipeline.execute({ a: 1 }, { version })).to.be.instanceOf(Watched);
    nock(origin)
      .get('/pipeline-executions')
      .query(true)
      .reply(200, page([json.execution()]));
    expect((await pipeline.executions()).results[0]).to.be.instanceOf(Watched);
  });

  it('is what executions are made of where a class names it', async () => {
    class Mine extends Pipeline {
      static override executionClass = Watched;
    }
    class Other extends PipelineExecution {}
    mai.bind(Other);
    starts();
    const mine = mai.bind(Mine).fromDict(json.pipeline());
    expect(await mine.execute({ a: 1 }, { version: 'cv1' })).to.be.instanceOf(Watched);
    starts();
    expect(await mai.Pipeline.fromDict(json.pipeline()).execute({ a: 1 }, { version: 'cv1' })).to.be.instanceOf(Other);
  });

  it('is used only where there is no doubt', async () => {
    class One extends PipelineExecution {}
    class Further extends One {}
    class Elsewhere extends PipelineExecution {
      static override resourcePath = 'elsewhere';
    }
    const made = async (): Promise<string> => {
      starts();
      return (await mai.Pipeline.fromDict(json.pipeline()).execute({ a: 1 }, { version: 'cv1' })).constructor.name;
    };
    mai.bind(Elsewhere);
    expect(await made()).to.equal('PipelineExecution');
    mai.bind(Further);
    mai.bind(One);
    expect(await made()).to.equal('Further');
    mai.bind(Watched);
    expect(await made()).to.equal('PipelineExecution');
    expect(mai.PipelineExecution.name).to.equal('PipelineExecution');
  });

  it('is what versions, and the records they lead to, are made of', async () => {
    class MyVersion extends PipelineConfigurationVersion {}
    class MyPipeline extends Pipeline {}
    class MyData extends DatasetDataVersion {}
    class MyDataset extends Dataset {}
    for (const Class of [MyVersion, MyPipeline, MyData, MyDataset]) mai.bind<abstract new (...args: never[]) => object>(Class);
    nock(origin)
      .get('/pipeline-configuration-versions')
      .query(true)
      .reply(200, page([json.configurationVersion()]));
    const version = await mai.Pipeline.fromDict(json.pipeline()).currentConfigurationVersion();
    expect(version).to.be.instanceOf(MyVersion);
    nock(origin).get('/pipelines/p1').reply(200, json.pipeline());
    expect(await version!.pipeline()).to.be.instanceOf(MyPipeline);
    nock(origin)
      .get('/dataset-data-versions')
      .query(true)
      .reply(200, page([json.dataVersion()]));
    expect((await mai.Dataset.fromDict(json.dataset()).dataVersions()).results[0]).to.be.instanceOf(MyData);
  });
});
