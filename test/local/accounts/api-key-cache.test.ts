import { expect } from 'chai';
import { ApiKeyCache } from '../../../src/local/accounts/api-key-cache.js';
import { createInitialRecords } from '../../../src/local/accounts/initial-records.js';
import { createClock } from '../../../src/local/clock.js';
import { SingleServer } from '../../../src/local/coordination/coordinator.js';
import { createIdGenerator } from '../../../src/local/store/ids.js';
import { newPlatformSettings } from '../../../src/local/store/settings.js';
import { inMemory, openSqlite } from '../../../src/local/store/sqlite/database.js';
import { execute } from '../../../src/local/store/statements.js';

describe('The cache of API keys', () => {
  it('does not keep what changed while it was read', async () => {
    const store = await openSqlite(inMemory);
    try {
      const clock = createClock(Date.now);
      const context = { clock, newId: createIdGenerator(clock.now) };
      const settings = newPlatformSettings(context);
      await createInitialRecords(store, settings, context);
      const keys = new ApiKeyCache(store, clock, new SingleServer());
      const reading = keys.find(settings.apiKey);
      await execute(store, { text: 'update "apiTokens" set "isActive" = 0', parameters: [] });
      keys.invalidate();
      expect((await reading)?.userId).to.equal(settings.userId);
      expect(await keys.find(settings.apiKey)).to.equal(null);
    } finally {
      await store.destroy();
    }
  });
});
