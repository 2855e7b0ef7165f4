import { expect } from 'chai';
import { LocalPlatform } from '../../src/local/index.js';
import { ConfigurationBuilder, Moderately } from '../../src/moderately/index.js';
import { watched, withDocument } from '../moderately/support/connect.js';
import { operations as declaredOperations } from '../moderately/support/document.js';
import { failure } from '../support/failure.js';
import { realSockets } from '../support/sockets.js';
import { itWithDocument } from '../support/vendor-document.js';

/** Signing in is not part of what programs with a key do. */
const signingIn = /\/authentication\/(email|login|logout)/;

describe('Moderately over HTTP', () => {
  let platform: LocalPlatform;
  let mai: Moderately;
  const operations = new Set<string>();
  withDocument();
  realSockets();

  before(async () => {
    platform = await LocalPlatform.start();
    const { url: baseUrl, apiKey, teamId } = platform;
    mai = watched(new Moderately({ baseUrl, apiKey, teamId }), (operation) => operations.add(operation));
  });

  after(async () => {
    await mai.close();
    await platform.close();
  });

  it('knows who asks and that the platform is up', async () => {
    expect(await mai.whoami()).to.deep.equal({ userId: platform.userId });
    expect((await mai.health()).status).to.equal('ok');
  });

  it('uploads, finds, downloads, clones and deletes files', async () => {
    const file = await mai.File.upload(Buffer.from('a,b\n1,x\n'), { name: 'a.csv', metadata: { from: 'test' } });
    expect(file).to.include({ fileName: 'a.csv', fileSize: 8, isReady: true, isCsv: true });
    const found = await mai.File.search({ fileHashes: file.fileHash });
    expect(found.results.map(({ id }) => id)).to.deep.equal([file.id]);
    const copy = await (await file.clone({ fileName: 'b.csv' })).save();
    expect(copy.id).to.not.equal(file.id);
    expect(await copy.download()).to.deep.equal(await file.download());
    expect((await mai.File.byIds([file.id!, copy.id!]).toArray()).length).to.equal(2);
    await copy.delete();
    expect((await failure(mai.File.get(copy.fileId))).name).to.equal('NotFoundError');
    await file.refresh();
  });

  it('uploads many files at the same time, each as it is', async () => {
    const contents = Array.from({ length: 8 }, (_unused, index) => Buffer.alloc(1000 * index, String(index)));
    const files = await Promise.all(contents.map((content, index) => mai.File.upload(content, { name: `${index}.txt` })));
    const back = await Promise.all(files.map((file) => file.download()));
    expect(back.map((bytes) => Buffer.from(bytes))).to.deep.equal(contents);
  });

  it('refuses a second dataset, pipeline or agent of one name', async () => {
    const name = 'Twice';
    for (const create of [() => mai.Dataset.create({ name }), () => mai.Pipeline.create({ name }), () => mai.Agent.create({ name })]) {
      await create();
      expect((await failure(create())).name).to.equal('ConflictError');
    }
  });

  it('carries a dataset from creation through processing to deletion', async () => {
    const dataset = await mai.Dataset.create({ name: 'People', description: 'Who is who' });
    const version = await dataset.uploadData(Buffer.from('id;name\n1;Ada\n2;Joan'), { name: 'people.csv' });
    expect(dataset.currentDataVersionId).to.equal(version.id);
    const schema = await dataset.createSchemaFromSample(Buffer.from('id;name\n1;Ada\n2;Joan'), { status: 'current' });
    await dataset.process({ waitTime: 0.05 });
    expect(dataset).to.include({ processingStatus: 'completed', activeDataVersionId: version.id, activeDataSchemaVersionId: schema.id });
    await schema.addColumn('age', 'int', { required: false });
    expect((await dataset.currentSchema())?.columns.map(({ name }) => name)).to.deep.equal(['id', 'name', 'age']);
    expect(Buffer.from(await dataset.downloadData()).toString()).to.equal('id;name\n1;Ada\n2;Joan');
    expect((await dataset.dataVersions({ status: 'current' })).length).to.equal(1);
    expect((await dataset.schemaVersion(schema.id!)).status).to.equal('current');
    await dataset.save({ description: null });
    const [listed] = (await mai.Dataset.search({ name: 'People' })).results;
    expect([listed?.isPartial, listed?.processingStatus]).to.deep.equal([true, undefined]);
    await listed!.refresh();
    expect([listed?.isPartial, listed?.processingStatus]).to.deep.equal([false, 'completed']);
    await dataset.delete();
    expect((await failure(mai.Dataset.get(dataset.datasetId))).name).to.equal('NotFoundError');
  });

  it('fails a process with the words of the platform', async () => {
    const dataset = await mai.Dataset.create({ name: 'Broken' });
    await dataset.uploadData(Buffer.from('id\none\n'), { name: 'x.csv' });
    await dataset.createSchema([{ name: 'id', type: 'int' }], { status: 'current' });
    const error = await failure(dataset.process({ waitTime: 0.05 }));
    expect(error.name).to.equal('OperationFailedError');
    expect(error.message).to.match(/row|id/);
  });

  it('runs a pipeline, in all its versions', async () => {
    const pipeline = await mai.Pipeline.create({ name: 'Echo' });
    expect(pipeline.isPartial).to.equal(true);
    expect((await mai.Pipeline.search({ query: 'ech' })).results[0]?.totalRuns).to.equal(0);
    const configuration = new ConfigurationBuilder('echo')
      .block('text', 'input', { json_schema: { type: 'string' } })
      .block('result', 'output', { name: 'echoed' })
      .connect('text', 'result')
      .build();
    const version = await pipeline.createConfigurationVersion(configuration, { status: 'current' });
    expect((await version.validate()).valid).to.equal(true);
    expect(await mai.PipelineConfigurationVersion.schema()).to.have.property('$schema');
    const execution = await pipeline.execute({ text: 'hello' }, { wait: true, waitTime: 0.05, totalSteps: 2 });
    expect(await execution.output()).to.deep.equal({ echoed: 'hello' });
    expect((await pipeline.latestExecution())?.id).to.equal(execution.id);
    expect((await version.executions({ statuses: ['completed'] })).length).to.equal(1);
    expect((await failure(execution.cancel())).name).to.equal('BadRequestError');
    const draft = await version.clone();
    expect([draft.version, draft.status, draft.isNew]).to.deep.equal([2, 'draft', false]);
    draft.configuration.blocks.result!.config.name = 'said';
    await draft.save();
    expect(await (await draft.execute({ text: 'x' }, { timeout: 10, waitTime: 0.05 })).output()).to.deep.equal({ said: 'x' });
    expect((await failure(version.delete())).name).to.equal('BadRequestError');
    expect((await failure(draft.activate())).name).to.equal('ConflictError');
    await version.archive();
    await (await draft.refresh()).activate();
    await version.delete();
    const copy = await (await pipeline.clone({ name: 'Echo again' })).save();
    expect((await copy.configurationVersions().toArray()).map(({ status }) => status)).to.deep.equal(['draft']);
    expect((await failure(copy.execute({ text: 'x' }))).name).to.equal('ValidationError');
    expect((await draft.pipeline()).id).to.equal(pipeline.id);
    await copy.save({ description: 'a copy' });
    await copy.delete();
  });

  it('lets a worker report on an execution, and a client cancel it', async () => {
    platform.block(
      'pdf_reader',
      ({ signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    );
    const pipeline = await mai.Pipeline.create({ name: 'Slow' });
    const configuration = new ConfigurationBuilder('slow')
      .block('text', 'input', { json_schema: { type: 'string' } })
      .block('wait', 'pdf_reader')
      .block('result', 'output')
      .connect('text', 'wait')
      .connect('wait', 'result')
      .build();
    const version = await pipeline.createConfigurationVersion(configuration);
    const execution = await pipeline.execute({ text: 'x' }, { version });
    const timedOut = await failure<Error & { token: string }>(execution.wait({ timeout: 0 }));
    expect(timedOut.name).to.equal('OperationTimeoutError');
    await execution.save({ progressData: { message: 'half way' }, currentStep: 1, totalSteps: 2 });
    await execution.cancel('enough');
    expect(execution.isCancelled).to.equal(true);
    const resumed = mai.PipelineExecution.resume(timedOut.token);
    expect((await failure(resumed.wait())).message).to.contain('enough');
  });

  it('runs an agent', async () => {
    const agent = await mai.Agent.create({ name: 'Reader' });
    const first = await agent.createConfigurationVersion({ instructions: 'Read.', isCurrent: true });
    const second = await agent.createConfigurationVersion({ instructions: 'Read better.' });
    await second.activate();
    await first.refresh();
    expect([first.isCurrent, second.isCurrent, second.versionNumber]).to.deep.equal([false, true, 2]);
    const execution = await agent.execute({ question: 'why?' });
    await execution.wait({ waitTime: 0.05, throwOnFailure: false });
    expect(execution.isTerminal).to.equal(true);
    const states = await execution.memoryStates({ orderBy: 'version' }).toArray();
    if (states.length > 0) await (await execution.memoryState(states[0]!.version)).refresh();
    else expect((await failure(execution.memoryState(1))).name).to.equal('NotFoundError');
    expect((await execution.liveTail()).execution.agentExecutionId).to.equal(execution.id);
    expect((await agent.executions()).length).to.equal(1);
    expect((await mai.AgentConfigurationVersion.get(first.id!)).instructions).to.equal('Read.');
    await agent.save({ description: 'reads' });
    await mai.Agent.search({ query: 'Read' });
    await (await mai.Agent.get(agent.id!)).delete();
  });

  it('reads and changes teams, users and memberships', async () => {
    const user = await mai.User.get(platform.userId);
    expect((await user.teams().toArray()).map(({ id }) => id)).to.include(platform.teamId);
    await user.updateProfile({ fullName: 'Joan Clarke' });
    expect((await user.refresh()).displayName).to.be.a('string');
    const team = await mai.Team.create({ name: 'Hut 8' });
    await team.save({ name: 'Hut Eight' });
    expect((await mai.Team.get(team.id!)).name).to.equal('Hut Eight');
    expect((await mai.Team.search({ teamIds: null })).length).to.be.at.least(1);
    const [member] = (await team.members()).results;
    expect((await member!.user()).id).to.equal(platform.userId);
    await (await mai.TeamUser.get(member!.id!)).save({ isDefault: true });
    expect((await failure(member!.delete())).name).to.equal('BadRequestError');
    expect((await team.users()).length).to.equal(1);
  });

  it('makes API tokens, shows each once, and reads what was done', async () => {
    const token = await mai.ApiToken.create({ name: 'ci', role: 'readonly', expiresAt: new Date('2100-01-01') });
    expect(token.token).to.be.a('string');
    expect(JSON.stringify(token)).to.not.contain(token.token!);
    expect((await mai.ApiToken.get(token.id!)).token).to.equal(null);
    expect((await mai.ApiToken.search({ tokenIds: [token.id!] })).length).to.equal(1);
    await token.save({ isActive: false });
    expect((await token.usage({ startDate: new Date('2024-01-01') })).totalRequests).to.equal(0);
    await token.delete();
    const [entry] = (await mai.AuditLog.search({ orderBy: 'createdAt', orderDirection: 'desc' })).results;
    expect((await mai.AuditLog.get(entry!.id!)).action).to.equal(entry!.action);
    expect((await mai.AuditLog.ofEntity(entry!.resourceType, entry!.resourceId)).length).to.be.at.least(1);
    expect((await mai.AuditLog.ofUser(platform.userId, { pageSize: 1 })).length).to.equal(1);
  });

  itWithDocument('has used every operation that the platform declares', () => {
    const declared = declaredOperations.map(({ name }) => name).filter((name) => !signingIn.test(name));
    expect(declared.filter((name) => !operations.has(name))).to.deep.equal([]);
  });
});
