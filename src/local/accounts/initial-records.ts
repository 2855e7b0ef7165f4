import { timestamp } from '../clock.js';
import type { Store } from '../store/database.js';
import type { CreationContext } from '../store/ids.js';
import type { PlatformSettings } from '../store/settings.js';
import { execute, insertion } from '../store/statements.js';
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
  await execute(store, insertion('teams', { teamId, name: 'Local Team', createdByTokenId: null, createdAt: at, updatedAt: at }));
  await addMember(store, context, teamId, userId, 'admin');
  const token = tokenRow(apiKey, {
    tokenId: context.newId(),
    teamId: null,
    name: 'Platform key',
    role: 'admin',
    createdByUserId: userId,
    expiresAt: null,
    at,
  });
  await execute(store, insertion('apiTokens', token));
}
