/** Compile-time tests: this file says nothing at run time; that it compiles is the test. */
import {
  type AgentResult,
  type AgentStep,
  type Aixplain,
  AixplainResource,
  AixplainResult,
  type FileResource,
  type FirstFormatResponse,
  type LLM,
  type LLMResult,
  type Model,
  type ModelChunk,
  type ModelResult,
  type Pipeline,
  type PipelineResponse,
  type Agent as PlatformAgent,
  type Session,
  type Tool,
  type ToolResult,
} from '../../src/aixplain/index.js';
import { BaseResource, Entity, Field, type Page, type Result, type Run, RunnableResourceMixin } from '../../src/index.js';
import { type Equal, holds } from './support.js';

@Entity({ path: 'v2/agents' })
class Agent extends AixplainResource {
  declare static searchParams: { agentId?: string };
  @Field() instructions!: string;
}

export async function pipelines(aix: Aixplain, pipeline: Pipeline, file: FileResource): Promise<void> {
  const found = await aix.Pipeline.search({ functions: ['translation'], draftsOnly: true });
  holds<Equal<typeof found, Page<Pipeline>>>();
  // @ts-expect-error no such filter
  aix.Pipeline.search({ drafts: true });
  // @ts-expect-error no such field
  new aix.Pipeline({ nmae: 'p' });
  // @ts-expect-error the platform sets it
  pipeline.createdAt = new Date();
  const response = await pipeline.run({ Text: file });
  holds<Equal<typeof response, PipelineResponse>>();
  const first = await pipeline.run('x', { responseVersion: 'v1' });
  holds<Equal<typeof first, FirstFormatResponse>>();
  const run = await pipeline.runAsync('x', { version: '3.0', timeout: 5 });
  holds<Equal<typeof run, Run<PipelineResponse>>>();
  // @ts-expect-error there is no such option
  await pipeline.run('x', { data_asset: 'c1' });
  // @ts-expect-error a file cannot be searched
  aix.FileResource.search();
  await pipeline.save({ name: 'q' }, { saveAsAsset: true });
}

export async function streams(aix: Aixplain, llm: LLM): Promise<void> {
  for await (const chunk of llm.stream({ text: 'x' }, { sessionId: 's' })) holds<Equal<typeof chunk, ModelChunk>>();
  const text = await (await aix.Model.get('m1')).runStream({ text: 'x' }).text();
  holds<Equal<typeof text, string>>();
  llm.on('chunk', ({ chunk }) => holds<Equal<typeof chunk, ModelChunk>>());
}

export async function resources(aix: Aixplain): Promise<void> {
  const agents = aix.bind(Agent);
  const agent = await agents.create({ name: 'n', instructions: 'i' });
  holds<Equal<typeof agent, Agent>>();
  const result = await agent.run({ query: 'q' });
  holds<Equal<typeof result, AixplainResult>>();
  const credits: number = result.usedCredits;
  agents.search({ agentId: 'a', query: `${credits}` });
  // @ts-expect-error no such filter
  agents.search({ agent: 'a' });
}

class Verdict extends AixplainResult<{ verdict: string }> {
  get verdict(): string {
    return this.data.verdict;
  }
}

/** A class of a user's that says once what its runs give. */
@Entity({ path: 'v2/judges' })
class Judge extends AixplainResource {
  static override responseClass = Verdict;
  declare readonly runResult: Verdict;
}

@Entity({ path: 'plain' })
class Plain extends RunnableResourceMixin(BaseResource) {}

export async function results(aix: Aixplain, judge: Judge, plain: Plain): Promise<void> {
  const verdict = await judge.run({ text: 'x' });
  holds<Equal<typeof verdict, Verdict>>();
  const started = await judge.runAsync();
  holds<Equal<typeof started, Run<Verdict>>>();
  const waited = await started.wait();
  holds<Equal<typeof waited, Verdict>>();
  for await (const { result } of started.polls()) holds<Equal<typeof result, Verdict>>();
  judge.on('poll', ({ result }) => holds<Equal<typeof result, Verdict>>());
  const [polled, synced] = [await judge.poll('u'), await judge.syncPoll('u')];
  holds<Equal<typeof polled, Verdict>>();
  holds<Equal<typeof synced, Verdict>>();
  holds<Equal<ReturnType<typeof aix.bind<typeof Judge>>, typeof Judge>>();
  const resumed = Judge.resume('token');
  holds<Equal<typeof resumed, Run<Verdict>>>();
  for await (const outcome of judge.runMany([{ text: 'x' }]))
    if (outcome.status === 'fulfilled') holds<Equal<typeof outcome.value, Verdict>>();
  const any = await plain.run();
  holds<Equal<typeof any, Result>>();
}

export async function secondGeneration(aix: Aixplain, agent: PlatformAgent, model: Model, tool: Tool): Promise<void> {
  const answer = await agent.run({ query: 'q', executionParams: { maxTokens: 5 }, session: 's1' });
  holds<Equal<typeof answer, AgentResult>>();
  const steps: readonly AgentStep[] = answer.data.steps;
  const credits: number = answer.usedCredits;
  for await (const step of agent.runSteps({ query: `${steps.length} ${credits}` })) holds<Equal<typeof step, AgentStep>>();
  const run = await agent.runAsync({ query: 'q' });
  holds<Equal<typeof run, Run<AgentResult>>>();
  await agent.save({ name: 'n' }, { asDraft: true });
  // @ts-expect-error no such option
  await agent.save({}, { draft: true });
  // @ts-expect-error no such format
  agent.outputFormat = 'xml';
  const [plain, said, found] = [
    await model.run({ text: 'x' }),
    await new aix.LLM({ id: 'm' }).run(),
    await tool.run({ action: 'a', data: {} }),
  ];
  holds<Equal<typeof plain, ModelResult>>();
  holds<Equal<typeof said, LLMResult>>();
  const text: string = said.data;
  holds<Equal<typeof found, ToolResult>>();
  const page = await aix.Model.search({ functions: ['text-generation', text], host: 'acme', sortBy: 'createdAt', sortOrder: 'desc' });
  holds<Equal<typeof page, Page<Model>>>();
  // @ts-expect-error no such filter
  aix.Model.search({ suppliers: ['acme'] });
  const turn = await new aix.Session({ agent }).send('hi', { attachments: ['https://a.test/a.png'] });
  holds<Equal<typeof turn, AgentResult>>();
  const session = await aix.Session.create({ agent, name: 'T' });
  holds<Equal<typeof session, Session>>();
  await aix.Trigger.create({ name: 't', agent, every: 'day', at: '09:00' });
  const made = await aix.Agent.create({ name: 'n' }, { saveSubcomponents: true });
  holds<Equal<typeof made, PlatformAgent>>();
  // @ts-expect-error no such attribute
  await aix.Session.create({ tool: 'x' });
  // @ts-expect-error no such reaction
  await new aix.Session({ agent: 'a' }).react('g', 'LOVE');
  new aix.Trigger({ name: 't', agent, every: 'week', on: ['MON'], at: '09:00' });
  // @ts-expect-error no such unit
  new aix.Trigger({ name: 't', agent, every: 'year' });
  await new aix.APIKey({ name: 'k', assetLimits: [{ model, requestPerMinute: 1 }] }).save({}, { takeOver: true });
}
