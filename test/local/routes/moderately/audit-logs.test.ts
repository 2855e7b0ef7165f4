import { expect } from 'chai';
import { type Json, usePlatform } from '../../support/platform.js';

describe('Audit logs of the local platform', () => {
  const local = usePlatform();

  it('say who did what to what, with what it changed', async () => {
    const { client } = local;
    const { datasetId } = (await client.post('/datasets', { teamId: local.platform.teamId, name: 'Airports' })).body;
    await client.patch(`/datasets/${datasetId}`, { name: 'Airports of the world' }, { headers: { 'user-agent': 'tests' } });
    await client.delete(`/datasets/${datasetId}`);
    const { items } = (await client.get(`/audit-logs/entity/dataset/${datasetId}`)).body;
    expect(items.map((log: Json) => [log.eventType, log.action, log.userId])).to.deep.equal([
      ['dataset.create', 'create', local.platform.userId],
      ['dataset.update', 'update', local.platform.userId],
      ['dataset.delete', 'delete', local.platform.userId],
    ]);
    expect(items[1].changes).to.deep.equal({ name: 'Airports of the world' });
    expect(items[1].metadata).to.include({ userAgent: 'tests' });
    expect((await client.get(`/audit-logs/${items[0].auditLogId}`)).body).to.deep.equal(items[0]);
    expect((await client.get('/audit-logs/unknown')).status).to.equal(404);
  });

  it('are narrowed by action, kind, person and time', async () => {
    const { client } = local;
    const { versionId } = await client.pipeline('Echo');
    await client.finished(await client.execute(versionId));
    const count = async (query: string) => (await client.get(`/audit-logs?${query}`)).body.pagination.totalItems;
    expect(await count('action=execute&resourceType=pipeline-execution')).to.equal(1);
    expect(await count(`userIds=${local.platform.userId},x&resourceType=pipeline`)).to.equal(1);
    expect(await count('userId=somebody-else')).to.equal(0);
    expect(await count('endDate=2001-01-01T00:00:00Z')).to.equal(0);
    expect(await count('startDate=2001-01-01T00:00:00Z&action=create')).to.equal(2);
    expect((await client.get(`/audit-logs/user/${local.platform.userId}?pageSize=1&orderBy=action`)).body.items[0].action).to.equal(
      'create',
    );
    expect((await client.get('/audit-logs?action=wish')).status).to.equal(400);
    expect((await client.get('/audit-logs?startDate=yesterday')).status).to.equal(400);
  });
});
