import { expect } from 'chai';
import { echo, type Json, sha256, usePlatform } from '../../support/platform.js';
import { type RawResponse, sendRaw } from '../../support/raw.js';

/** What Moderately's own Python client puts on the wire, request by request, header by header. */
describe("Moderately's Python client against the local platform", () => {
  const local = usePlatform({ port: 0 });

  /** Its headers are the same for every request, those without a body included. */
  const headers = (): Record<string, string> => ({
    accept: 'application/json',
    'accept-encoding': 'gzip, deflate',
    connection: 'keep-alive',
    'user-agent': 'moderatelyai-python/0.1.0',
    authorization: `Bearer ${local.platform.apiKey}`,
    'content-type': 'application/json',
  });

  /** Every request names the team, and JSON is sent in ASCII. */
  async function call(method: string, path: string, body?: object): Promise<RawResponse> {
    const url = `${local.platform.url}${path}${path.includes('?') ? '&' : '?'}teamIds=${local.platform.teamId}`;
    const json =
      body &&
      JSON.stringify(body).replace(/[\u0080-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
    return await sendRaw(method, url, headers(), json);
  }
  const json = async (method: string, path: string, body?: object): Promise<Json> => (await call(method, path, body)).json();

  it('uploads, lists, downloads and deletes a file', async () => {
    const content = Buffer.from('clause,text\n001,Ü\n');
    const fileHash = sha256(content);
    const request = { fileName: 'Klauseln ü.csv', fileSize: content.length, fileHash, mimeType: 'text/csv', teamId: local.platform.teamId };
    const upload = await json('POST', '/files/upload-url', request);
    expect(upload.file.fileName).to.equal('Klauseln ü.csv');
    // Presigned: the type and nothing else of the above.
    const put = await sendRaw('PUT', upload.uploadUrl, { accept: '*/*', 'content-type': 'text/csv' }, content);
    expect(put.status).to.equal(200);
    const path = `/files/${upload.file.fileId}`;
    expect((await json('POST', `${path}/complete`, { fileSize: content.length, fileHash })).uploadStatus).to.equal('completed');
    const list = await json(
      'GET',
      `/files?page=1&page_size=10&order_by=created_at&order_direction=desc&mime_type=text%2Fcsv&file_hashes=${fileHash}`,
    );
    expect(list.items.map((item: Json) => item.fileId)).to.deep.equal([upload.file.fileId]);
    const { downloadUrl } = await json('GET', `${path}/download`);
    expect((await sendRaw('GET', downloadUrl, { accept: '*/*' })).body.equals(content)).to.equal(true);
    expect(await call('DELETE', path)).to.deep.include({ status: 204 });
  });

  it('puts JSON files, whose type a body parser must not look at, and empty ones', async () => {
    for (const content of ['{"not": "parsed"', '']) {
      const fileHash = sha256(content);
      const request = {
        fileName: 'a.json',
        fileSize: content.length,
        fileHash,
        mimeType: 'application/json',
        teamId: local.platform.teamId,
      };
      const upload = await json('POST', '/files/upload-url', request);
      expect((await sendRaw('PUT', upload.uploadUrl, { 'content-type': 'application/json' }, content)).status).to.equal(200);
      const done = await call('POST', `/files/${upload.file.fileId}/complete`, { fileSize: content.length, fileHash });
      expect(done.status).to.equal(200);
    }
  });

  it('uploads ten files at once', async () => {
    const uploads = Array.from({ length: 10 }, async (_, index) => {
      const content = `file ${index}`;
      const fileHash = sha256(content);
      const sums = { fileSize: content.length, fileHash };
      const { file, uploadUrl } = await json('POST', '/files/upload-url', {
        fileName: `${index}.txt`,
        mimeType: 'text/plain',
        teamId: local.platform.teamId,
        ...sums,
      });
      await sendRaw('PUT', uploadUrl, { 'content-type': 'text/plain' }, content);
      return (await json('POST', `/files/${file.fileId}/complete`, sums)).uploadStatus;
    });
    expect(new Set(await Promise.all(uploads))).to.deep.equal(new Set(['completed']));
  });

  it('uploads the data of a dataset with sums the document does not know, and reads it back', async () => {
    const { datasetId } = await json('POST', '/datasets', { teamId: local.platform.teamId, name: 'Customers', description: 'Test' });
    const content = 'id,name\n1,Ada';
    const { dataVersion, uploadUrl } = await json('POST', '/dataset-data-versions', {
      datasetId,
      fileName: 'c.csv',
      fileType: 'csv',
      status: 'current',
    });
    await sendRaw('PUT', uploadUrl, { 'content-type': 'text/csv' }, content);
    const fileHash = sha256(content);
    // It counts line feeds less one, which is one short without a last one.
    const sums = { fileHash, fileSizeBytes: content.length, rowCount: 0 };
    expect((await call('POST', `/dataset-data-versions/${dataVersion.datasetDataVersionId}/complete`, sums)).status).to.equal(200);
    const { currentDataVersionId } = await json('GET', `/datasets/${datasetId}`);
    expect(currentDataVersionId).to.equal(dataVersion.datasetDataVersionId);
    const { downloadUrl } = await json('GET', `/dataset-data-versions/${currentDataVersionId}/download`);
    expect((await sendRaw('GET', downloadUrl, {})).body.toString()).to.equal(content);
    await json('POST', '/dataset-schema-versions', {
      datasetId,
      columns: [{ pos: 1, name: 'id', type: 'integer', nullable: false }],
      status: 'current',
    });
    const query = `datasetIds=${datasetId}&page=1&pageSize=1&orderBy=createdAt&orderDirection=desc&status=current`;
    expect((await json('GET', `/dataset-schema-versions?${query}`)).items).to.have.length(1);
    expect(await json('DELETE', `/datasets/${datasetId}`)).to.include({ success: true });
  });

  it('clones with an empty body of no length, and with {}', async () => {
    const { pipelineId } = await json('POST', '/pipelines', { teamId: local.platform.teamId, name: 'Echo' });
    const version = await json('POST', '/pipeline-configuration-versions', { pipelineId, configuration: echo });
    const path = `/pipeline-configuration-versions/${version.pipelineConfigurationVersionId}/clone`;
    const empty = await sendRaw('POST', `${local.platform.url}${path}`, headers(), '');
    expect([empty.status, (empty.json() as Json).version]).to.deep.equal([201, 2]);
    expect((await json('POST', path, {})).version).to.equal(3);
  });

  it('gets JSON from every delete that is not a 204', async () => {
    const { pipelineId } = await json('POST', '/pipelines', { teamId: local.platform.teamId, name: 'Echo' });
    const { agentId } = await json('POST', '/agents', { teamId: local.platform.teamId, name: 'Helper' });
    const version = await json('POST', '/pipeline-configuration-versions', { pipelineId, configuration: echo });
    for (const path of [
      `/pipeline-configuration-versions/${version.pipelineConfigurationVersionId}`,
      `/pipelines/${pipelineId}`,
      `/agents/${agentId}`,
    ]) {
      const deleted = await call('DELETE', path);
      expect([deleted.status, deleted.json()], path).to.deep.equal([200, {}]);
    }
  });

  it('runs the vendor’s echo example and waits for it', async () => {
    const { pipelineId } = await json('POST', '/pipelines', { teamId: local.platform.teamId, name: 'Echo' });
    const { pipelineConfigurationVersionId } = await json('POST', '/pipeline-configuration-versions', { pipelineId, configuration: echo });
    const validation = await json('POST', '/pipeline-configuration-versions/validate', { configuration: echo });
    expect(validation.valid).to.equal(true);
    const { pipelineExecutionId } = await json('POST', '/pipeline-executions', {
      pipelineConfigurationVersionId,
      pipelineInput: { user_input: 'Grüße' },
      pipelineInputSummary: 'Echo test',
    });
    let execution: Json;
    do execution = await json('GET', `/pipeline-executions/${pipelineExecutionId}`);
    while (!['completed', 'failed', 'cancelled'].includes(execution.status));
    expect(execution.status).to.equal('completed');
    expect((await json('GET', `/pipeline-executions/${pipelineExecutionId}/output`)).data).to.deep.equal({ echoed_message: 'Grüße' });
    const joined = `pipelineIds=${pipelineId}%2Cunknown&statuses=completed%2Cfailed&page=1&pageSize=10&orderDirection=asc`;
    expect((await json('GET', `/pipeline-executions?${joined}`)).items).to.have.length(1);
    expect((await call('POST', `/pipeline-executions/${pipelineExecutionId}/cancel`, { reason: 'too late' })).status).to.equal(400);
  });

  it('pages users, teams, agents and agent executions in its own words, which mean nothing', async () => {
    const { agentId } = await json('POST', '/agents', { teamId: local.platform.teamId, name: 'Helper' });
    const query = 'page=1&page_size=3&order_by=created_at&order_direction=desc';
    for (const path of ['users', 'teams', 'agents']) {
      const { items, pagination } = await json('GET', `/${path}?${query}`);
      expect([items.length, pagination.pageSize], path).to.deep.equal([1, 10]);
    }
    const { pagination } = await json('GET', `/agent-executions?${query}&agent_id=${agentId}&status=completed`);
    expect(pagination.pageSize).to.equal(20);
    expect((await json('GET', `/datasets?${query}&name_like=x&dataset_ids=a`)).pagination.pageSize).to.equal(10);
  });

  it('gets a user back from the change of a name', async () => {
    const user = await json('PATCH', `/users/${local.platform.userId}`, { fullName: 'Grace Hopper' });
    expect(user).to.include({ userId: local.platform.userId, fullName: 'Grace Hopper' });
  });

  it('reads messages and details at the top of an error', async () => {
    const missing = await json('GET', '/pipelines/unknown');
    expect(missing.message).to.be.a('string').and.equal(missing.error.message);
    const invalid = await json('POST', '/datasets', { name: '' });
    expect(invalid.details).to.deep.include({ field: 'teamId', message: invalid.details[0].message });
  });

  it('writes blanks in queries as plus signs, newer ones as %20', async () => {
    await json('POST', '/pipelines', { teamId: local.platform.teamId, name: 'Two words' });
    for (const value of ['two+w', 'two%20w']) expect((await json('GET', `/pipelines?nameLike=${value}`)).items, value).to.have.length(1);
  });
});
