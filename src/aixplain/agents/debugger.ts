import { ValidationError } from '#front';
import { asText, isObject } from '../../vendor.js';
import type { Agent } from './agent.js';
import type { AgentRunOptions } from './agent-params.js';
import { AgentResult } from './agent-result.js';

export interface DebugOptions extends AgentRunOptions {
  /** What to pay attention to. */
  prompt?: string | undefined;
}

/** What a debugger found. */
export class DebugResult extends AgentResult {
  /** The explanation: the text that the agent gave, as `output`, `result` or `text`; null for none. */
  get analysis(): string | null {
    const { data } = this.raw;
    const found = isObject(data) ? [data.output, data.result, data.text] : [data];
    return found.find((text): text is string => typeof text === 'string' && text !== '') ?? null;
  }
}

/** Explains what an agent did. It asks an agent of the platform, which the caller chooses: `new Debugger(await aix.Agent.get(id))`. */
export class Debugger {
  readonly #agent: Agent;

  /** @throws ValidationError for what is not an agent. */
  constructor(agent: Agent) {
    if (typeof (agent as Agent | undefined)?.runAsync !== 'function')
      throw new ValidationError('A Debugger needs the agent that explains.');
    this.#agent = agent;
  }

  /** Asks about a text; with a prompt, it may be left out. @throws ValidationError if there is neither. */
  async analyze(content: string | undefined, { prompt, ...options }: DebugOptions = {}): Promise<DebugResult> {
    const { raw } = await this.#agent.run({ query: queryOf(content, prompt), runResponseGeneration: true }, options);
    return new DebugResult({ ...raw });
  }

  /** Asks about a run that has ended. `executionId` is the id of the run; by default it is that of the result. */
  explain(result: AgentResult, { executionId, ...options }: DebugOptions & { executionId?: string } = {}): Promise<DebugResult> {
    return this.analyze(describe(result, executionId), options);
  }
}

/** The question of a debugger. */
export function queryOf(content: string | undefined, prompt: string | undefined): string {
  const parts = [...(prompt ? [`Focus: ${prompt}`] : []), ...(content ? [`Content to analyze:\n${content}`] : [])];
  if (parts.length === 0)
    throw new ValidationError('A Debugger needs a content or a prompt.', { details: [{ field: 'content', message: 'is required' }] });
  return parts.join('\n\n');
}

/** A result as JSON, for a debugger: the run first, then how it ended and what it gave. */
export function describe(result: AgentResult, executionId = result.executionId): string {
  const { status, completed, runTime, usedCredits, errorMessage, supplierError, sessionId, requestId, url, raw } = result;
  const always = {
    ...(executionId !== null && { execution_id: executionId }),
    status,
    completed,
    run_time: runTime,
    used_credits: usedCredits,
  };
  const others = {
    error_message: errorMessage,
    supplier_error: supplierError === null ? null : asText(supplierError),
    data: raw.data ?? null,
    result: raw.result ?? null,
    session_id: sessionId,
    request_id: requestId,
    poll_url: url,
  };
  return JSON.stringify({ ...always, ...Object.fromEntries(Object.entries(others).filter(([, value]) => value !== null)) });
}
