import type { Clock } from '../clock.js';
import type { Store } from '../store/database.js';
import type { JsonRecord } from '../store/record-kinds.js';
import type { AssetRow } from '../store/schema.js';
import { bodyOf, insertAsset, updateAsset } from './rows.js';

/** The characters of a message that a session shows. */
const previewLength = 200;

/** What a message says, and who says it. */
export interface NewMessage {
  role: 'user' | 'assistant';
  content: string;
  requestId: string | null;
  attachments: unknown;
}

/** The messages of a session, in order. */
export async function messagesOf(store: Store, sessionId: string): Promise<AssetRow[]> {
  const messages = store.selectFrom('assets').selectAll().where('parentId', '=', sessionId).where('collection', '=', 'messages');
  return await messages.orderBy('createdAt').orderBy('assetId').execute();
}

/** Adds the next message of a session and updates what the session says about its messages, in a transaction. */
export async function addMessage(
  store: Store,
  context: { clock: Clock; newId(): string },
  session: AssetRow,
  message: NewMessage,
  runStatus: 'idle' | 'running' | 'completed',
): Promise<AssetRow> {
  const about = bodyOf(session);
  // Not the count of messages, of which some may have been deleted.
  const last = (await messagesOf(store, session.assetId)).at(-1);
  const sequence = last ? Number(bodyOf(last).sequence) + 1 : 1;
  const { userId = null, agentId = null } = about;
  const record: JsonRecord = { sessionId: session.assetId, userId, agentId, ...message, sequence, reaction: null };
  const identity = { assetId: context.newId(), teamId: session.teamId, collection: 'messages', parentId: session.assetId };
  const row = await insertAsset(store, context.clock, identity, record);
  await updateAsset(store, context.clock, session, {
    ...about,
    messageCount: Number(about.messageCount ?? 0) + 1,
    lastMessagePreview: message.content.slice(0, previewLength),
    lastMessageAt: row.createdAt,
    runStatus,
  });
  return row;
}
