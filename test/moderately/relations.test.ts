import { expect } from 'chai';
import nock from 'nock';
import { NotFoundError, ValidationError } from '../../src/index.js';
import type { Moderately } from '../../src/moderately/index.js';
import { failure } from '../support/failure.js';
import { connect, json, onTheWire, origin, page, teamId, withDocument } from './support/connect.js';

const ids = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, at) => `${prefix}${at}`);

/** A platform that answers lists by their ids, and keeps what it was asked. */
function listing(tables: Record<string, { key: string; rows: Record<string, unknown>[] }>): { mai: Moderately; asked: URL[] } {
  const asked: URL[] = [];
  const fetch = async (given: string | URL): Promise<Response> => {
    const url = new URL(given);
    asked.push(url);
    const { key, rows } = tables[url.pathname.slice(1)]!;
    const wanted = url.searchParams.get(`${key}s`)?.split(',');
    const found = rows.filter((row) => !wanted || wanted.includes(String(row[key])));
    const size = Number(url.searchParams.get('pageSize'));
    return Response.json(page(found.slice(0, size), { size, total: found.length }));
  };
  return { mai: connect({ fetch: fetch as never }), asked };
}

describe('the relations of Moderately', () => {
  withDocument();

  it('are loaded with one list each for a page of 100 executions', async () => {
    const { mai, asked } = listing({
      'pipeline-executions': {
        key: 'pipelineExecutionId',
        rows: ids('e', 100).map((id, at) => json.execution({ pipelineExecutionId: id, pipelineConfigurationVersionId: `cv${at}` })),
      },
      'pipeline-configuration-versions': {
        key: 'pipelineConfigurationVersionId',
        rows: ids('cv', 100).map((id, at) => json.configurationVersion({ pipelineConfigurationVersionId: id, pipelineId: `p${at % 30}` })),
      },
      pipelines: {
        key: 'pipelineId',
        rows: ids('p', 30).map((pipelineId) => json.pipeline({ pipelineId, name: `n ${pipelineId}`, teamId: 't1' })),
      },
      teams: { key: 'teamId', rows: [json.team({ teamId: 't1', name: 'Theirs' })] },
    });
    const { results } = await mai.PipelineExecution.search({ pageSize: 100 }, { include: ['configurationVersion.pipeline.team'] });
    expect(asked.map(({ pathname }) => pathname)).to.deep.equal([
      '/pipeline-executions',
      '/pipeline-configuration-versions',
      '/pipelines',
      '/teams',
    ]);
    const [, versions, pipelines, teams] = asked.map(({ searchParams }) => searchParams);
    expect(versions!.get('pipelineConfigurationVersionIds')!.split(',')).to.have.length(100);
    expect(pipelines!.get('pipelineIds')!.split(',')).to.have.length(30);
    // Records are found whatever team they belong to, as by their ids.
    expect([versions!.get('teamIds'), pipelines!.get('teamIds'), teams!.get('teamIds')]).to.deep.equal([null, null, 't1']);
    const pipeline = results[31]!.configurationVersion.loaded?.pipeline.loaded;
    expect([pipeline?.name, pipeline?.team.loaded?.name]).to.deep.equal(['n p1', 'Theirs']);
    expect(pipeline).to.equal(results[1]!.configurationVersion.loaded?.pipeline.loaded);
    expect(await (await results[0]!.configurationVersion()).pipeline()).to.equal(results[30]!.configurationVersion.loaded?.pipeline.loaded);
    expect(asked).to.have.length(4);
  });

  it('are loaded with one list each, three of them side by side', async () => {
    const { mai, asked } = listing({
      datasets: {
        key: 'datasetId',
        rows: ids('d', 100).map((datasetId, at) =>
          json.dataset({ datasetId, currentDataVersionId: `dv${at}`, currentSchemaVersionId: at % 2 ? null : `sv${at}` }),
        ),
      },
      teams: { key: 'teamId', rows: [json.team()] },
      'dataset-data-versions': {
        key: 'datasetDataVersionId',
        rows: ids('dv', 100).map((id, at) => json.dataVersion({ datasetDataVersionId: id, datasetId: `d${at}` })),
      },
      'dataset-schema-versions': {
        key: 'datasetSchemaVersionId',
        rows: ids('sv', 100).map((id, at) => json.schemaVersion({ datasetSchemaVersionId: id, datasetId: `d${at}` })),
      },
    });
    const search = mai.Dataset.search({ pageSize: 100 }, { include: ['team', 'currentDataVersion', 'currentSchemaVersion'] });
    const { results } = await search;
    expect(asked).to.have.length(4);
    expect(results.every(({ team }) => team.loaded === results[0]!.team.loaded)).to.equal(true);
    expect(results[7]!.currentDataVersion.loaded?.id).to.equal('dv7');
    expect(results[7]!.currentSchemaVersion.loaded).to.equal(null);
    expect(results[8]!.currentSchemaVersion.loaded?.columns).to.have.length(2);
    asked.length = 0;
    const listed = await mai.Dataset.search({ pageSize: 100 }).include('dataVersions');
    expect(asked.map(({ searchParams }) => searchParams.get('pageSize'))).to.deep.equal(['100', '1000']);
    expect(listed.results[9]!.dataVersions.loaded?.map(({ id }) => id)).to.deep.equal(['dv9']);
  });

  describe('of one record', () => {
    onTheWire();

    it('are loaded once, and are errors where they are missing and may not be', async () => {
      const mai = connect();
      const member = mai.TeamUser.fromDict(json.teamUser());
      nock(origin).get('/users/u1').reply(200, json.user());
      nock(origin)
        .get(`/teams/${teamId}`)
        .reply(404, { error: { message: 'none' } });
      expect((await member.user()).fullName).to.equal('Joan Clarke');
      expect(await member.user()).to.equal(member.user.loaded);
      await failure(member.team(), NotFoundError);
      nock(origin)
        .get(`/teams/${teamId}`)
        .reply(404, { error: { message: 'none' } });
      expect(await mai.Dataset.fromDict(json.dataset()).team()).to.equal(null);
      nock(origin).get('/datasets/d1').reply(200, json.dataset());
      expect((await mai.DatasetDataVersion.fromDict(json.dataVersion()).dataset())?.name).to.equal('Airports');
    });

    it('may be assigned where the key is theirs to set', async () => {
      const mai = connect();
      const pipeline = mai.Pipeline.fromDict(json.pipeline());
      const { configuration } = json.configurationVersion();
      nock(origin)
        .post('/pipeline-configuration-versions', { pipelineId: 'p1', configuration } as never)
        .reply(201, json.configurationVersion());
      const version = await mai.PipelineConfigurationVersion.create({ pipeline, configuration });
      expect(await version.pipeline()).to.equal(pipeline);
      expect(() => pipeline.team.set(mai.Team.fromDict(json.team()))).to.throw(ValidationError, 'its key teamId is read-only');
    });
  });
});
