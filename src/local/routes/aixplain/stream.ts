import { bodyOf } from '../../assets/rows.js';
import { isRecord } from '../../assets/spelling.js';
import type { AppContext } from '../../context.js';
import { finishAssetRun } from '../../executions/asset-runner.js';
import { chunksOf, textOf, textOfChunk, usageOfChunk } from '../../executions/assets/chunks.js';
import { callHandler } from '../../executions/assets/handlers.js';
import { modelOutput, modelResult } from '../../executions/assets/results.js';
import { badRequest } from '../../requests/errors.js';
import type { JsonRecord } from '../../store/record-kinds.js';
import type { AssetRow } from '../../store/schema.js';
import { insertRun, type Runnable } from './start-run.js';

/** Whether a run asks for its result piece by piece. */
export function wantsStream({ options }: JsonRecord): boolean {
  return isRecord(options) && options.stream === true;
}

/** A piece as a chunk of OpenAI's chat completions, which streams with tools consist of. */
function completionChunk(id: string, model: string, chunk: unknown, finishReason: string | null = null): unknown {
  if (isRecord(chunk) && Array.isArray(chunk.choices)) return chunk;
  const delta = chunk === undefined ? {} : { role: 'assistant', content: textOfChunk(chunk) ?? textOf(chunk) };
  return { id, object: 'chat.completion.chunk', model, choices: [{ index: 0, delta, finish_reason: finishReason }], usage: null };
}

/** A piece as the vendor's own streams have it. */
function dataChunk(chunk: unknown): unknown {
  return isRecord(chunk) && ('choices' in chunk || typeof chunk.data === 'string') ? chunk : { data: textOf(chunk) };
}

/** One event. Clients read line by line, and some take these characters for the ends of lines. */
function event(data: unknown): string {
  const text = typeof data === 'string' ? data : JSON.stringify(data).replace(/[\u2028\u2029\u0085]/g, (found) => escaped(found));
  return `data: ${text}\n\n`;
}

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * Runs a model and responds with server-sent events, one for each piece as soon as the handler gives it, and `[DONE]`. A
 * run that fails ends with an event that says why, without `[DONE]`. The handler is told to stop when the client leaves.
 * @throws HttpError 400 for a model that does not stream.
 */
export async function streamRun(c: AppContext, asset: Runnable, row: AssetRow | undefined, input: JsonRecord): Promise<Response> {
  const { platform } = c.var;
  const record = row && bodyOf(row);
  if (record?.supportsStreaming === false) throw badRequest(`The model '${asset.assetId}' does not support streaming.`);
  const run = await insertRun(c, platform.store, asset, input);
  const raw = (isRecord(input.options) && input.options.raw === true) || (Array.isArray(input.tools) && input.tools.length > 0);
  const left = new AbortController();

  async function* events(): AsyncGenerator<string> {
    const said: string[] = [];
    let usage: JsonRecord | undefined;
    let finished = false;
    try {
      let closes = raw;
      const { value, beside } = modelOutput(await callHandler(platform, run, record, input, left.signal));
      if (isRecord(beside.usage)) usage = beside.usage;
      for await (const chunk of chunksOf(value, left.signal)) {
        said.push(textOfChunk(chunk) ?? textOf(chunk));
        usage = usageOfChunk(chunk) ?? usage;
        if (isRecord(chunk) && Array.isArray(chunk.choices)) closes = false;
        yield event(raw ? completionChunk(run.runId, run.assetId, chunk) : dataChunk(chunk));
      }
      if (closes) yield event(completionChunk(run.runId, run.assetId, undefined, 'stop'));
      const whole = said.join('');
      const result = modelResult(record, run, input, usage ? { data: whole, usage } : whole);
      finished = true;
      await finishAssetRun(platform, run.runId, { result });
      yield event('[DONE]');
    } catch (error) {
      finished = true;
      const message = error instanceof Error ? error.message : String(error);
      await finishAssetRun(platform, run.runId, { error });
      yield event({ status: 'FAILED', completed: true, data: '', error: message, errorMessage: message });
    } finally {
      if (!finished) await finishAssetRun(platform, run.runId, { error: 'The client left before the end.' }).catch(() => {});
    }
  }

  const pieces = events();
  const encoder = new TextEncoder();
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await pieces.next();
      if (next.done) controller.close();
      else controller.enqueue(encoder.encode(next.value));
    },
    async cancel() {
      left.abort(new Error('The client left before the end.'));
      await pieces.return(undefined);
    },
  });
  return new Response(stream, {
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' },
  });
}
