import { expect } from 'chai';
import { Entity, Field, StaleRecordError } from '../../../src/index.js';
import { Dataset, Moderately } from '../../../src/moderately/index.js';
import { failure } from '../../support/failure.js';
import { usePlatform } from '../support/platform.js';

@Entity({ concurrency: 'etag' })
class GuardedDataset extends Dataset {
  @Field() declare note: string;
}

describe('Entity tags on the local platform', () => {
  const local = usePlatform();

  const call = (method: string, path: string, headers: Record<string, string> = {}, body?: object): Promise<Response> =>
    local.platform.fetch(`${local.platform.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${local.platform.apiKey}`, 'content-type': 'application/json', ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
  const tagOf = (response: Response): string => response.headers.get('etag') ?? '';

  it('are those of records, change with them, and spare what has not changed', async () => {
    const { datasetId } = await local.client.dataset('tags', 'a\n1\n');
    const path = `/datasets/${datasetId}`;
    const first = tagOf(await call('GET', path));
    expect(first).to.match(/^"[\w-]{27}"$/);
    expect(tagOf(await call('GET', path))).to.equal(first);
    const unchanged = await call('GET', path, { 'if-none-match': `W/${first}` });
    expect([unchanged.status, await unchanged.text(), tagOf(unchanged)]).to.deep.equal([304, '', first]);
    await call('PATCH', path, {}, { description: 'other' });
    const changed = await call('GET', path, { 'if-none-match': first });
    expect(changed.status).to.equal(200);
    expect(tagOf(changed)).to.not.equal(first);
    const head = await call('HEAD', path);
    expect([head.status, await head.text(), tagOf(head)], 'what a GET would have').to.deep.equal([200, '', tagOf(changed)]);
    expect((await call('HEAD', path, { 'if-none-match': tagOf(head) })).status).to.equal(304);
    expect(tagOf(await call('GET', '/datasets'))).to.equal('');
    expect(tagOf(await call('GET', '/datasets/none'))).to.equal('');
  });

  it('guard updates and deletes on both wires', async () => {
    const { id } = (await (await call('POST', '/v2/agents', {}, { name: 'guarded' })).json()) as { id: string };
    const { datasetId } = await local.client.dataset('guarded', 'a\n1\n');
    for (const [path, method, body] of [
      [`/datasets/${datasetId}`, 'PATCH', { description: 'd' }],
      [`/v2/agents/${id}`, 'PUT', { name: 'guarded', description: 'd' }],
    ] as const) {
      const tag = tagOf(await call('GET', path));
      const written = await call(method, path, { 'if-match': `"x", ${tag}` }, body);
      expect(written.status).to.equal(200);
      expect(tagOf(written)).to.equal(tagOf(await call('GET', path)));
      const stale = await call(method, path, { 'if-match': tag }, body);
      expect(stale.status).to.equal(412);
      expect(await stale.text()).to.contain('If-Match');
      expect((await call('DELETE', path, { 'if-match': tag })).status).to.equal(412);
      expect((await call(method, path, { 'if-match': `W/${tagOf(written)}` }, body)).status).to.equal(412);
      expect((await call('DELETE', path, { 'if-match': '*' })).ok).to.equal(true);
      expect((await call('DELETE', path, { 'if-match': '*' })).status).to.equal(404);
    }
  });

  it('guard with a key in any header, and count as one request', async () => {
    const { platform, client } = local;
    const { datasetId } = await client.dataset('counted', 'a\n1\n');
    const { token, tokenId } = (await client.post('/api-tokens', { teamId: platform.teamId, name: 't', role: 'admin' })).body;
    for (const [header, key] of [
      ['authorization', `Token ${token}`],
      ['x-api-key', token],
      ['x-aixplain-key', token],
    ]) {
      const write = (tag: string): Promise<Response> =>
        platform.fetch(`${platform.url}/datasets/${datasetId}`, {
          method: 'PATCH',
          headers: { [header]: key, 'content-type': 'application/json', 'if-match': tag },
          body: JSON.stringify({ description: header }),
        });
      expect((await write('"stale"')).status, header).to.equal(412);
      expect((await write('*')).status).to.equal(200);
    }
    const usage = (await client.get(`/api-tokens/${tokenId}/usage`)).body;
    expect(usage).to.deep.include({ totalRequests: 6, requestsByMethod: { PATCH: 6 } });
  });

  it('guard a record that has become too long for a tag', async () => {
    const { id } = (await (await call('POST', '/v2/agents', {}, { name: 'long' })).json()) as { id: string };
    const tag = tagOf(await call('GET', `/v2/agents/${id}`));
    await call('PUT', `/v2/agents/${id}`, {}, { instructions: 'x'.repeat(1024 * 1024) });
    expect((await call('PUT', `/v2/agents/${id}`, { 'if-match': tag }, { description: 'd' })).status).to.equal(412);
    expect((await call('PUT', `/v2/agents/${id}`, { 'if-match': '*' }, { description: 'd' })).status).to.equal(200);
  });

  it('let one of several writers through at a time', async () => {
    const { datasetId } = await local.client.dataset('race', 'a\n1\n');
    const path = `/datasets/${datasetId}`;
    const tag = tagOf(await call('GET', path));
    const all = await Promise.all(
      Array.from({ length: 8 }, (_, index) => call('PATCH', path, { 'if-match': tag }, { description: `writer ${index}` })),
    );
    expect(all.filter(({ status }) => status === 200)).to.have.length(1);
    expect(all.filter(({ status }) => status === 412)).to.have.length(7);
  });

  it('spare refresh() and get() the record that is known', async () => {
    const { datasetId } = await local.client.dataset('known', 'a\n1\n');
    const { apiKey, teamId, url, fetch } = local.platform;
    const mai = new Moderately({ apiKey, teamId, baseUrl: url, fetch });
    const statuses: number[] = [];
    mai.on('response', ({ status }) => statuses.push(status));
    const Guarded = mai.bind(GuardedDataset);
    const dataset = await Guarded.get(datasetId);
    dataset.description = 'an edit';
    const again = await Guarded.get(datasetId, { known: dataset });
    expect([again.toDict(), dataset.description]).to.deep.equal([(await Guarded.get(datasetId)).toDict(), 'an edit']);
    await dataset.refresh();
    expect(dataset.isModified).to.equal(false);
    await again.save({ description: 'changed' });
    expect((await dataset.refresh()).description).to.equal('changed');
    expect((await Guarded.get(datasetId, { known: dataset })).description).to.equal('changed');
    expect(statuses).to.deep.equal([200, 304, 200, 304, 200, 200, 304]);
    await mai.close();
  });

  it('keep two stale saves of records from undoing each other', async () => {
    const { datasetId } = await local.client.dataset('two', 'a\n1\n');
    const { apiKey, teamId, url, fetch } = local.platform;
    const mai = new Moderately({ apiKey, teamId, baseUrl: url, fetch });
    const Guarded = mai.bind(GuardedDataset);
    const [one, other] = [await Guarded.get(datasetId), await Guarded.get(datasetId)];
    await one.save({ description: 'one' });
    await failure(other.save({ description: 'other' }), StaleRecordError);
    await other.save({ name: 'renamed', description: 'one' }, { onConflict: 'rebase' });
    const now = await Guarded.get(datasetId);
    expect([now.name, now.description]).to.deep.equal(['renamed', 'one']);
    await now.refresh();
    await one.refresh();
    await one.save({ description: 'again' });
    await mai.close();
  });
});
