import { expect } from 'chai';
import { usePlatform } from '../../support/platform.js';

/** A pipeline that answers what it is given. */
const echo = {
  nodes: [
    { number: 0, type: 'INPUT', label: 'In', dataType: ['text'] },
    { number: 1, type: 'OUTPUT', label: 'Out' },
  ],
  links: [{ from: 0, to: 1, paramMapping: [{ from: 'input', to: 'output' }] }],
};

describe("Uploads of aiXplain's wire on the local platform", () => {
  const local = usePlatform();
  const form = (fields: Record<string, string>) => ({
    raw: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });

  it('take forms and JSON, and give addresses to put to and to get from', async () => {
    const fields = { contentType: 'text/csv', originalName: '/home/me/Meine Daten.CSV' };
    for (const path of ['/sdk/file/upload/temp-url', '/sdk/file/upload-url']) {
      for (const answer of [
        await local.client.post(path, undefined, form({ ...fields, tags: 'a,b', license: 'MIT' })),
        await local.client.post(path, fields),
      ]) {
        expect(answer.status).to.equal(200);
        expect(answer.body.key).to.match(/^uploads\/[\w-]+\.csv$/);
        expect((await local.client.upload(answer.body.uploadUrl, 'a,b\n', 'text/csv')).status).to.equal(200);
        expect(await (await local.platform.fetch(answer.body.downloadUrl)).text()).to.equal('a,b\n');
      }
    }
  });

  it('name the fields that are missing', async () => {
    const { status, body } = await local.client.post('/sdk/file/upload/temp-url', undefined, form({ contentType: 'text/csv' }));
    expect([status, body.statusCode, body.details[0].field]).to.deep.equal([400, 400, 'originalName']);
  });

  it('are inputs of runs by their key, whatever bucket the client makes of the address', async () => {
    const { key, uploadUrl } = (await local.client.post('/sdk/file/upload/temp-url', { contentType: 'text/csv', originalName: 'a.txt' }))
      .body;
    await local.client.upload(uploadUrl, 'from the file', 'text/csv');
    const { id } = (await local.client.post('/sdk/pipelines', { name: 'Echo', architecture: echo })).body;
    for (const bucket of ['127', 'localhost:1234', 'aixplain-uploads']) {
      const { url } = (await local.client.post(`/assets/pipeline/execution/run/${id}`, { data: `s3://${bucket}/${key}` })).body;
      const { data } = await local.client.until(url, ({ completed }) => completed);
      expect(data[0].segments[0].response).to.equal('from the file');
    }
  });

  it('that are not text fail a run, naming the node, rather than being damaged', async () => {
    const { key, uploadUrl } = (await local.client.post('/sdk/file/upload/temp-url', { contentType: 'image/png', originalName: 'a.png' }))
      .body;
    await local.client.upload(uploadUrl, Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff]), 'image/png');
    const { id } = (await local.client.post('/sdk/pipelines', { name: 'Echo', architecture: echo })).body;
    const { url } = (await local.client.post(`/assets/pipeline/execution/run/${id}`, { data: `s3://uploads/${key}` })).body;
    const { status, ...answer } = await local.client.until(url, (state) => state.status !== 'IN_PROGRESS');
    expect(status).to.equal('FAILED');
    expect(JSON.stringify(answer)).to.contain("'In'").and.contain('5 bytes').and.contain('UTF-8');
  });

  it('take the scripts of pipelines', async () => {
    const body = new FormData();
    body.set('file', new File(['print(1)'], 'a.py', { type: 'text/x-python' }));
    const headers = { authorization: `Token ${local.platform.apiKey}` };
    const response = await local.platform.fetch(`${local.platform.url}/sdk/pipelines/script`, { method: 'POST', headers, body });
    expect(response.status).to.equal(201);
    expect(((await response.json()) as { fileId: string }).fileId).to.be.a('string');
    const empty = await local.platform.fetch(`${local.platform.url}/sdk/pipelines/script`, {
      method: 'POST',
      headers,
      body: new FormData(),
    });
    expect(empty.status).to.equal(400);
  });
});
