import { Hono } from 'hono';
import { addMessage, messagesOf } from '../../assets/messages.js';
import { bodyOf, updateAsset } from '../../assets/rows.js';
import type { AppContext, AppEnv } from '../../context.js';
import { badRequest, invalid } from '../../requests/errors.js';
import { body } from '../../requests/validation.js';
import { text, z } from '../../requests/vocabulary.js';
import type { Store } from '../../store/database.js';
import type { JsonRecord } from '../../store/record-kinds.js';
import type { AssetRow } from '../../store/schema.js';
import { findAsset, loadAsset, missing, serializeAsset } from './assets.js';
import { enqueueRun } from './start-run.js';

const newMessage = z.object({
  role: z.enum(['user', 'assistant']),
  content: text,
  requestId: text.nullish(),
  attachments: z.array(z.looseObject({})).nullish(),
  tools: z.array(z.unknown()).nullish(),
});
const newReaction = z.object({ reaction: z.enum(['LIKE', 'DISLIKE']).nullable() });

const loadSession = (c: AppContext, store?: Store): Promise<AssetRow> => loadAsset(c, 'sessions', c.req.param('id') ?? '', store);

/** @throws HttpError 404 when the session has no such message. */
async function loadMessage(c: AppContext, store: Store = c.var.platform.store): Promise<AssetRow> {
  const { assetId } = await loadSession(c, store);
  const id = c.req.param('messageId') ?? '';
  const messages = store.selectFrom('assets').selectAll().where('parentId', '=', assetId).where('collection', '=', 'messages');
  const row = await messages.where('assetId', '=', id).executeTakeFirst();
  if (!row) throw missing('message', id);
  return row;
}

/** What an agent gets to run with in a session: the question, what was said before, and the session's own settings. */
function runInput(session: JsonRecord, before: readonly AssetRow[], sent: z.infer<typeof newMessage>): JsonRecord {
  const history = before.map(bodyOf).map(({ role, content }) => ({ role, content }));
  return {
    ...(session.executionConfig as JsonRecord | null),
    query: sent.content,
    history,
    sessionId: session.id,
    ...(sent.attachments && { attachments: sent.attachments }),
    ...(sent.tools && { tools: sent.tools }),
  };
}

/** The messages of sessions. What a user says starts a run of the session's agent, whose answer becomes a message too. */
export const sessionRoutes = new Hono<AppEnv>()
  .get('/v1/sessions/:id/messages', async (c) => {
    const { assetId } = await loadSession(c);
    return c.json((await messagesOf(c.var.platform.store, assetId)).map((row) => serializeAsset(row)));
  })

  .post('/v1/sessions/:id/messages', async (c) => {
    const { platform } = c.var;
    const sent = await body(c, newMessage);
    const { teamId } = await loadSession(c);
    if (sent.role === 'user' && !sent.requestId) await platform.queue.checkRoom(teamId);
    const row = await platform.store.transaction().execute(async (store) => {
      const session = await loadSession(c, store);
      const about = bodyOf(session);
      const agentId = typeof about.agentId === 'string' ? about.agentId : '';
      const starts = sent.role === 'user' && !sent.requestId;
      if (starts && agentId === '') throw invalid([{ field: 'agentId', message: 'the session has no agent to answer' }]);
      // An agent that does not exist fails the run, which is where clients look.
      const agent = starts ? ((await findAsset(c, agentId, store)) ?? { assetId: agentId, collection: 'agents' }) : undefined;
      const requestId = agent
        ? await enqueueRun(c, store, agent, runInput(about, await messagesOf(store, session.assetId), sent))
        : (sent.requestId ?? null);
      const message = { role: sent.role, content: sent.content, requestId, attachments: sent.attachments ?? null };
      return await addMessage(store, platform, session, message, starts ? 'running' : 'idle');
    });
    platform.queue.wake();
    return c.json(serializeAsset(row), 201);
  })

  .get('/v1/sessions/:id/messages/:messageId', async (c) => c.json(serializeAsset(await loadMessage(c))))

  .delete('/v1/sessions/:id/messages/:messageId', async (c) => {
    const { platform } = c.var;
    await loadMessage(c);
    await platform.store.transaction().execute(async (store) => {
      const { assetId } = await loadMessage(c, store);
      const session = await loadSession(c, store);
      await store.deleteFrom('assets').where('assetId', '=', assetId).execute();
      const last = (await messagesOf(store, session.assetId)).at(-1);
      const about = bodyOf(session);
      await updateAsset(store, platform.clock, session, {
        ...about,
        messageCount: Number(about.messageCount) - 1,
        lastMessagePreview: last ? bodyOf(last).content : null,
        lastMessageAt: last?.createdAt ?? null,
      });
    });
    return c.json({});
  })

  .post('/v1/sessions/:id/messages/:messageId/reaction', async (c) => {
    const { platform } = c.var;
    const { reaction } = await body(c, newReaction);
    await loadMessage(c);
    const row = await platform.store.transaction().execute(async (store) => {
      const before = await loadMessage(c, store);
      const message = bodyOf(before);
      if (message.role !== 'assistant') throw badRequest('Only assistant messages can be liked/disliked');
      return await updateAsset(store, platform.clock, before, { ...message, reaction });
    });
    return c.json(serializeAsset(row));
  });
