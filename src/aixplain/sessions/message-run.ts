import { FileUploadError, ResourceError, ValidationError } from '#front';
import { isObject } from '../../vendor.js';
import { AgentResult } from '../agents/agent-result.js';
import { type Attachment, type AttachmentInput, attachments } from '../files/attachments.js';
import type { AixplainRecord } from '../record.js';

/** What is said in a session. */
export interface MessageParams {
  /** The text. */
  content?: string | undefined;
  /** Files and URLs that go with it. */
  attachments?: readonly AttachmentInput[] | undefined;
  /** Values for the inputs of the agent's tools. */
  tools?: readonly unknown[] | undefined;
}

/** The body of a message of a user. @throws ValidationError if it has neither a text nor an attachment. */
export async function messageBody(session: AixplainRecord, params: MessageParams, signal?: AbortSignal): Promise<Record<string, unknown>> {
  const { content, attachments: files = [], tools = [] } = params;
  if (content !== undefined && typeof content !== 'string') refuse('must be a text');
  if (files.length === 0 && (content ?? '') === '') refuse('is required, unless there are attachments');
  const sent = await attached(session, files, signal);
  return { role: 'user', content: content ?? '', ...(sent.length > 0 && { attachments: sent }), ...(tools.length > 0 && { tools }) };
}

/** Attachments of a message, uploaded. @throws FileUploadError that names the session. */
export async function attached(session: AixplainRecord, files: readonly AttachmentInput[], signal?: AbortSignal): Promise<Attachment[]> {
  try {
    return await attachments(session.requireConnection('add a message to'), files, signal);
  } catch (error) {
    if (!(error instanceof FileUploadError)) throw error;
    const { step, status, retryable } = error;
    throw new FileUploadError(`message of ${String(session)}: ${error.message}`, { step, status, retryable, cause: error });
  }
}

function refuse(message: string): never {
  throw new ValidationError(`A message of a session: content ${message}.`, { details: [{ field: 'content', message }] });
}

/** The run that a message has started. @throws ResourceError if the response names none. */
export function startedBy(record: AixplainRecord, sessionId: unknown, message: unknown): AgentResult {
  const requestId = isObject(message) ? message.requestId : undefined;
  if (typeof requestId !== 'string' || requestId === '')
    throw new ResourceError(`run of ${String(record)}: the platform took the message, but its response has no "requestId" to wait for.`, {
      outcome: 'unknown',
    });
  return new AgentResult({
    status: 'IN_PROGRESS',
    completed: false,
    url: `sdk/agents/${encodeURIComponent(requestId)}/result`,
    requestId,
    sessionId,
    userMessage: message,
  });
}
