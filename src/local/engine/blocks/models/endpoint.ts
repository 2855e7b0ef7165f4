import type { EngineServices, LanguageModelOptions } from '../../types.js';
import { isObject, jsonText, messageOf } from '../../values/kinds.js';

/** What a request to the endpoint needs from the block that sends it. */
export interface EndpointContext {
  readonly blockType: string;
  readonly services: EngineServices;
  readonly signal: AbortSignal;
}

/** The configured endpoint. @throws Error explaining how to configure one. */
export function endpointOf({ services, blockType }: EndpointContext): LanguageModelOptions {
  if (services.llm) return services.llm;
  throw new Error(
    `no language model is configured; start the platform with llm: { baseUrl, apiKey, models } of an OpenAI-compatible endpoint, or register a handler with platform.block('${blockType}', handler)`,
  );
}

/**
 * Posts JSON to the endpoint and gives the JSON of its response. Requests are not retried.
 * @throws Error naming the URL and the status, with the endpoint's own message.
 */
export async function callEndpoint(
  context: EndpointContext,
  path: string,
  body: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const { baseUrl, apiKey } = endpointOf(context);
  const url = `${baseUrl.replace(/\/+$/, '')}${path}`;
  const send = context.services.fetch ?? fetch;
  const headers = {
    'Content-Type': 'application/json',
    Accept: 'application/json',
    ...(apiKey !== undefined && { Authorization: `Bearer ${apiKey}` }),
  };
  let response: Response;
  let text: string;
  try {
    response = await send(url, { method: 'POST', headers, body: jsonText(body), signal: context.signal });
    text = await response.text();
  } catch (cause) {
    context.signal.throwIfAborted();
    const system = cause instanceof Error && cause.cause !== undefined ? `: ${messageOf(cause.cause)}` : '';
    throw new Error(`the endpoint ${url} could not be reached (${messageOf(cause)}${system}); check llm.baseUrl and that it is running`, {
      cause,
    });
  }
  const parsed = parse(text);
  if (!response.ok) throw new Error(`the endpoint ${url} responded with ${response.status}: ${messageIn(parsed) ?? text.slice(0, 300)}`);
  if (!isObject(parsed)) throw new Error(`the endpoint ${url} responded with something other than a JSON object: ${text.slice(0, 300)}`);
  return parsed;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The message of an error body: `{ error: { message } }`, `{ error }` or `{ message }`. */
function messageIn(body: unknown): string | undefined {
  if (!isObject(body)) return undefined;
  const error = isObject(body.error) ? body.error.message : (body.error ?? body.message);
  return typeof error === 'string' ? error : undefined;
}
