import { timestamp } from '../clock.js';
import type { Store } from '../store/database.js';
import type { CreationContext } from '../store/ids.js';
import type { PlatformSettings } from '../store/settings.js';
import { addMember, addUser } from './members.js';
import { tokenRow } from './tokens.js';

/** Creates the user, the team and the key that every platform starts with. */
export async function createInitialRecords(
  store: Store,
  { apiKey, teamId, userId }: PlatformSettings,
  context: CreationContext,
): Promise<void> {
  const at = timestamp(context.clock);
  await addUser(store, context, { userId, fullName: 'Local User', nickname: 'local', email: 'user@example.test' });
  await store.insertInto('teams').values({ teamId, name: 'Local Team', createdByTokenId: null, createdAt: at, updatedAt: at }).execute();
  await addMember(store, context, teamId, userId, 'admin');
  await store
    .insertInto('apiTokens')
    .values(
      tokenRow(apiKey, {
        tokenId: context.newId(),
        teamId: null,
        name: 'Platform key',
        role: 'admin',
        createdByUserId: userId,
        expiresAt: null,
        at,
      }),
    )
    .execute();
}
