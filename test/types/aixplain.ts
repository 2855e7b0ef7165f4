/** Compile-time tests: this file says nothing at run time; that it compiles is the test. */
import {
  type Aixplain,
  AixplainResource,
  type AixplainResult,
  type FileResource,
  type FirstFormatResponse,
  type Pipeline,
  type PipelineResponse,
} from '../../src/aixplain/index.js';
import { Entity, Field, type Page, type Run } from '../../src/index.js';
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
