/**
 * The audit log: what was done to a thing, by whom, and when.
 *
 *   npm run build && npx tsc -p examples/tsconfig.json && node out/examples/24-moderately-audit-log.js
 */
import { LocalPlatform } from 'remote-record/local';
import { Moderately } from 'remote-record/moderately';

const platform = await LocalPlatform.start();
const mai = new Moderately({ baseUrl: platform.url, apiKey: platform.apiKey, teamId: platform.teamId });
try {
  const dataset = await mai.Dataset.create({ name: 'Watched' });
  await dataset.save({ name: 'Well watched' });
  await dataset.delete();

  const { userId } = await mai.whoami();
  for await (const log of mai.AuditLog.ofUser(userId, { orderBy: 'createdAt', resourceType: 'dataset' })) {
    console.log(`${log.action} ${log.resourceType}: ${JSON.stringify(log.recordedChanges)}`);
  }
  const last = (await mai.AuditLog.search({ action: 'delete', endDate: new Date(Date.now() + 1000), pageSize: 1 })).results[0]!;
  console.log(`${last.eventType} by ${last.userId === userId ? 'us' : 'someone'}`);
  console.log(`${(await mai.AuditLog.ofEntity(last.resourceType, last.resourceId)).total} entries about it`);
} finally {
  await mai.close();
  await platform.close();
}
