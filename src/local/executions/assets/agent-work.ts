import { bodyOf } from '../../assets/rows.js';
import { isRecord } from '../../assets/spelling.js';
import type { Platform } from '../../context.js';
import type { JsonRecord } from '../../store/record-kinds.js';
import type { AssetRow, AssetRunRow } from '../../store/schema.js';
import { type AgentFunction, agentFunctions } from './agent-functions.js';
import type { Budget } from './budget.js';
import { textOf, wholeOf } from './chunks.js';
import { callHandler, handlerOf } from './handlers.js';
import { type Inspectors, Refusal } from './inspectors.js';
import { type Message, messagesIn } from './language-model.js';
import { questionOf } from './question.js';
import { countTokens, RunFailure, unwrapped } from './results.js';
import type { Trace } from './trace.js';
import { type FunctionCall, type Speaker, speakerOf } from './turn.js';

/** An agent at work. One that only has a handler has no record. */
export interface Subagent {
  id: string;
  collection: string;
  name: string;
  record: JsonRecord | undefined;
}

/** What the handler of an agent may return beside `output`, in place of its output alone. */
const agentMembers = ['steps', 'critiques', 'usedCredits', 'diagnosticErrorCodes', 'governance'];

/** What an agent is told: its instructions, what was said before, the question, and why earlier answers were rejected. */
function messagesTo({ description, instructions }: JsonRecord, input: JsonRecord): Message[] {
  const { query, history, critiques } = input;
  const system = [description, instructions].filter((part) => typeof part === 'string' && part !== '').join('\n\n');
  const content = isRecord(query) && Object.keys(query).length === 1 && 'input' in query ? query.input : (query ?? input);
  const rejected = Array.isArray(critiques) ? critiques.map((reason) => `Your answer was rejected: ${String(reason)} Answer again.`) : [];
  return [
    ...(system === '' ? [] : [{ role: 'system', content: system }]),
    ...messagesIn(history),
    { role: 'user', content },
    ...rejected.map((text) => ({ role: 'system', content: text })),
  ];
}

/** The work of the agents of one run: their language models, the tools that these call, and their sub-agents. */
export class AgentWork {
  readonly #platform: Platform;
  readonly #run: AssetRunRow;
  readonly #trace: Trace;
  readonly #inspectors: Inspectors;
  readonly #budget: Budget;
  readonly #atWork: string[] = [];
  /** The names of the assets that were used. */
  readonly used = new Set<string>();
  /** What the handler of the agent said beside its output, and what went wrong. */
  readonly said: { critiques?: string; codes: unknown[]; governance: JsonRecord } = { codes: [], governance: {} };

  constructor(platform: Platform, run: AssetRunRow, trace: Trace, inspectors: Inspectors, budget: Budget) {
    this.#platform = platform;
    this.#run = run;
    this.#trace = trace;
    this.#inspectors = inspectors;
    this.#budget = budget;
  }

  /** What an agent answers: by its handler, or that of all agents, or else by its language model and its tools. */
  async answer(agent: Subagent, input: JsonRecord, signal: AbortSignal): Promise<unknown> {
    const subject = { assetId: agent.id, collection: agent.collection, teamId: this.#run.teamId };
    this.#atWork.push(agent.id);
    try {
      const handled = handlerOf(this.#platform, subject, agent.record) !== undefined;
      return handled ? await this.#handled(agent, input, signal) : await this.#converse(agent, input, signal);
    } finally {
      this.#atWork.pop();
    }
  }

  async #handled(agent: Subagent, input: JsonRecord, signal: AbortSignal): Promise<unknown> {
    const { id, name, collection, record } = agent;
    const startedAt = this.#trace.now();
    const subject = { assetId: id, collection, teamId: this.#run.teamId };
    const returned = await wholeOf(await callHandler(this.#platform, subject, record, input, signal), signal);
    const { value: output = null, beside } = unwrapped(returned, 'output', agentMembers);
    const usedCredits = typeof beside.usedCredits === 'number' ? beside.usedCredits : 0;
    if (typeof beside.critiques === 'string') this.said.critiques = beside.critiques;
    if (Array.isArray(beside.diagnosticErrorCodes)) this.said.codes.push(...beside.diagnosticErrorCodes);
    if (isRecord(beside.governance)) Object.assign(this.said.governance, beside.governance);
    const question = questionOf(input) ?? input;
    const usage = { input: countTokens(question), output: countTokens(output) };
    const agentOf = { id, name, is_system_agent: false };
    const step = { agent: agentOf, unit: { id, name, type: 'agent' }, input: question, output, usedCredits, usage };
    await this.#trace.add(step, startedAt, Array.isArray(beside.steps) ? beside.steps : undefined);
    this.#checkCost();
    return output;
  }

  /** Asks the language model of an agent until it answers, and runs the tools that it calls. */
  async #converse(agent: Subagent, input: JsonRecord, signal: AbortSignal): Promise<unknown> {
    const { name, record = {} } = agent;
    const { llm } = isRecord(input.modelParameters) ? input.modelParameters : {};
    const speaker = await speakerOf(this.#platform, this.#run.teamId, { ...record, id: agent.id, name }, llm);
    const source = { platform: this.#platform, teamId: this.#run.teamId, overrides: input.tools };
    const functions = await agentFunctions(source, record, (row, query, stop) => this.#subagent(row, query, stop));
    const messages = messagesTo(record, input);
    for (let turn = 0; turn < this.#budget.iterations; turn++) {
      const said = await this.#turn(agent, speaker, messages, functions, signal);
      if (said.calls.length === 0) return said.content;
      const calls = said.calls.map(({ id, name: called, arguments: given }) => {
        return { id, type: 'function', function: { name: called, arguments: JSON.stringify(given) } };
      });
      messages.push({ role: 'assistant', content: said.content, tool_calls: calls });
      // One after the other, so that a run is the same each time.
      for (const call of said.calls) {
        messages.push({ role: 'tool', tool_call_id: call.id, content: await this.#call(agent, call, functions, signal) });
      }
    }
    const limit = `${this.#budget.iterations} turns of its language model (budget.maxIterations)`;
    throw new RunFailure(`The agent '${name}' found no answer within ${limit}.`, { diagnosticErrorCodes: ['MAX_ITERATIONS_REACHED'] });
  }

  async #turn(
    { id, name }: Subagent,
    speaker: Speaker,
    messages: readonly Message[],
    functions: readonly AgentFunction[],
    signal: AbortSignal,
  ): ReturnType<Speaker['say']> {
    const startedAt = this.#trace.now();
    const said = await speaker.say(messages, functions, signal);
    this.used.add(speaker.unit.name);
    const action = said.calls.map((call) => call.name).join(', ') || null;
    const { content: input } = messages.at(-1) ?? { content: null };
    const output = said.content ?? said.calls.map((call) => ({ name: call.name, arguments: call.arguments }));
    const { usage, usedCredits } = said;
    await this.#trace.add(
      { agent: { id, name, is_system_agent: false }, unit: speaker.unit, input, output, action, usage, usedCredits },
      startedAt,
    );
    this.#checkCost();
    return said;
  }

  /** The result of a call, or what went wrong, which the language model is told. */
  async #call({ id, name }: Subagent, call: FunctionCall, functions: readonly AgentFunction[], signal: AbortSignal): Promise<unknown> {
    const startedAt = this.#trace.now();
    const called = functions.find((each) => each.name === call.name);
    const unit = called?.unit ?? { id: call.name, name: call.name, type: 'tool' };
    let output: unknown = null;
    let error: string | null = null;
    try {
      if (!called)
        throw new Error(`There is no tool '${call.name}'. There are: ${functions.map((each) => each.name).join(', ') || 'none'}.`);
      output = await called.call(call.arguments, signal);
      this.used.add(unit.name);
    } catch (problem) {
      signal.throwIfAborted();
      if (problem instanceof Refusal || problem instanceof RunFailure) throw problem;
      error = problem instanceof Error ? problem.message : String(problem);
      if (!this.said.codes.includes('TOOL_FAILED')) this.said.codes.push('TOOL_FAILED');
    }
    const agent = { id, name, is_system_agent: false };
    await this.#trace.add({ agent, unit, input: call.arguments, output, action: called?.action ?? call.name, error }, startedAt);
    return error === null ? output : `Error: ${error}`;
  }

  /** Runs a sub-agent, whose output its inspectors look at. */
  async #subagent(row: AssetRow, query: unknown, signal: AbortSignal): Promise<unknown> {
    if (this.#atWork.includes(row.assetId)) throw new Error(`The agent '${row.name}' is already at work on this.`);
    const agent = { id: row.assetId, collection: row.collection, name: row.name, record: bodyOf(row) };
    const critiques: string[] = [];
    const once = (): Promise<unknown> =>
      this.answer(agent, { query: textOf(query), ...(critiques.length > 0 && { critiques: [...critiques] }) }, signal);
    return await this.#inspectors.inspect(row.name, await once(), signal, (reason) => {
      critiques.push(reason);
      return once();
    });
  }

  #checkCost(): void {
    const { cost } = this.#budget;
    if (cost === undefined || this.#trace.usedCredits <= cost) return;
    throw new RunFailure(`The run used ${this.#trace.usedCredits} credits, more than budget.maxCost (${cost}).`, {
      diagnosticErrorCodes: ['MAX_COST_REACHED'],
    });
  }
}
