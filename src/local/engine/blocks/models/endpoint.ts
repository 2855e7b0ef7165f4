import type { EngineServices, LanguageModelOptions } from '../../types.js';
import { isObject, messageOf } from '../../values/kinds.js';

/** What a call to the endpoint needs of the block that makes it. */
export interface EndpointContext {
  readonly blockType: string;
  readonly services: EngineServices;
  readonly signal: AbortSignal;
}

/** The endpoint that is configured. @throws Error saying how to configure one. */
export function endpointOf({ services, blockType }: EndpointContext): LanguageModelOptions {
  if (services.llm) return services.llm;
  throw new Error(
    `no language model is configured; start the platform with llm: { baseUrl, apiKey, models } of an OpenAI-compatible endpoint, or register a handler with platform.block('${blockType}', handler)`,
  );
}

/**
 * Posts JSON to the endpoint and gives the JSON it answers. Nothing is sent a second time.
 * @throws Error naming the address and the status, with the endpoint's own words.
 */
export async function callEndpoint(
  caller: EndpointContext,
  path: string,
  body: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const { baseUrl, apiKey } = endpointOf(caller);
  const url = `${baseUrl.replace(/\/+$/, '')}${path}`;
  const send = caller.services.fetch ?? fetch;
  const headers = {
    'Content-Type': 'application/json',
    Accept: 'application/json',
    ...(apiKey !== undefined && { Authorization: `Bearer ${apiKey}` }),
  };
  let response: Response;
  let text: string;
  try {
    response = await send(url, { method: 'POST', headers, body: JSON.stringify(body), signal: caller.signal });
    text = await response.text();
  } catch (cause) {
    caller.signal.throwIfAborted();
    const system = cause instanceof Error && cause.cause !== undefined ? `: ${messageOf(cause.cause)}` : '';
    throw new Error(`the endpoint ${url} could not be reached (${messageOf(cause)}${system}); check llm.baseUrl and that it is running`, {
      cause,
    });
  }
  const answer = parse(text);
  if (!response.ok) throw new Error(`the endpoint ${url} answered ${response.status}: ${wordsOf(answer) ?? text.slice(0, 300)}`);
  if (!isObject(answer)) throw new Error(`the endpoint ${url} answered something that is not a JSON object: ${text.slice(0, 300)}`);
  return answer;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The message of an error body: `{ error: { message } }`, `{ error }` or `{ message }`. */
function wordsOf(answer: unknown): string | undefined {
  if (!isObject(answer)) return undefined;
  const error = isObject(answer.error) ? answer.error.message : (answer.error ?? answer.message);
  return typeof error === 'string' ? error : undefined;
}
