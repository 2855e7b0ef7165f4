import { ValidationError } from '#front';
import { asText } from '../../vendor.js';
import type { Agent } from './agent.js';
import type { AgentRunOptions } from './agent-params.js';
import type { AgentResult } from './agent-result.js';

export interface DebugOptions extends AgentRunOptions {
  /** What to pay attention to. */
  prompt?: string | undefined;
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

  /** Asks about a text. @returns The result, whose `output` is the analysis. */
  analyze(content: string, { prompt, ...options }: DebugOptions = {}): Promise<AgentResult> {
    return this.#agent.run({ query: queryOf(content, prompt), runResponseGeneration: true }, options);
  }

  /** Asks about a run that has ended. */
  explain(result: AgentResult, options: DebugOptions = {}): Promise<AgentResult> {
    return this.analyze(describe(result), options);
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
export function describe(result: AgentResult): string {
  const { executionId, status, completed, runTime, usedCredits, errorMessage, supplierError, sessionId, requestId, url, raw } = result;
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
