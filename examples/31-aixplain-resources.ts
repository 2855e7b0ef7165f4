/**
 * Models, agents and tools of aiXplain as records: each class says its path and its fields, and has search, get, save, run, poll and
 * delete.
 *
 *   npm run build && npx tsc -p examples/tsconfig.json && node out/examples/31-aixplain-resources.js
 */
import { Entity, Field, ValidationError, withHooks } from 'remote-record';
import { Aixplain, AixplainResource, AssetStatus, SortBy, SortOrder } from 'remote-record/aixplain';
import { LocalPlatform } from 'remote-record/local';

@Entity({ path: 'v2/models' })
class Model extends AixplainResource {
  declare static searchParams: { functions?: string[]; suppliers?: string[] };

  @Field() function!: string;

  /** Models run at a service of their own. */
  override buildRunUrl(): string {
    return `${this.requireConnection('run').modelUrl}/${this.encodedId}`;
  }
}

@Entity({ path: 'v2/tools' })
class Tool extends Model {
  @Field() code!: string;

  /** Tools are changed at another address than the one they are created at, and only in part. */
  override requestSave(...[request, scope, options]: Parameters<Model['requestSave']>): Promise<unknown> {
    if (scope.creates) return super.requestSave(request, scope, options);
    const { id, name, description } = this;
    return super.requestSave({ ...request, path: `sdk/utilities/${this.encodedId}`, body: { id, name, description } }, scope, options);
  }
}

@Entity({ path: 'v2/agents' })
class Agent extends AixplainResource {
  /** So that a run can be polled by its id alone. */
  static override runResultPath = 'sdk/agents/{id}/result';

  @Field() instructions!: string;
  @Field({ onClone: 'reset' }) status: AssetStatus = AssetStatus.DRAFT;
  @Field() tools: { id: string; type: string }[] = [];

  /** A copy made by the platform, with hooks: `beforeDuplicate` and `afterDuplicate`. */
  @withHooks
  async duplicate(name: string, cloneSubagents = false): Promise<Agent> {
    const answer = await this.action(['duplicate'], { body: { name, cloneSubagents } });
    return (this.constructor as typeof Agent).fromDict(answer as Record<string, unknown>);
  }

  /** What is deployed runs as it was saved. */
  override beforeRun(): void {
    if (this.status === AssetStatus.ONBOARDED && this.isModified) throw new ValidationError(`${this} has changes: save() it first.`);
  }
}

const platform = await LocalPlatform.start();
platform.block('text/upper', async ({ inputs }) => String(inputs.text).toUpperCase());
platform.block('agents', async ({ inputs, config }) => `${config.instructions}: ${inputs.query}`);

// With an account: new Aixplain({ apiKey }), or TEAM_API_KEY in the environment.
const aix = new Aixplain({ apiKey: platform.apiKey, backendUrl: platform.url, modelUrl: `${platform.url}/api/v2/execute` });
const agents = aix.bind(Agent);
const models = aix.bind(Model);
const tools = aix.bind(Tool);
try {
  const upper = new models({ id: 'text/upper' });
  const loud = await upper.run({ text: 'a model by its readable id' });
  console.log(`${loud.data} (${loud.usedCredits} credits)`);

  const tool = await tools.create({ name: 'Clock', code: 'return Date.now()' });
  const agent = await agents.create({ name: 'Helper', instructions: 'You asked', tools: [{ id: String(tool.id), type: 'tool' }] });
  const answer = await agent.run({ query: 'what is the time?' }, { identifier: 'user-7', sessionId: 'session-1' });
  console.log(answer.data);
  console.log(`polled again by its id: ${(await agent.poll(answer.executionId ?? '')).status}`);

  const twin = await agent.duplicate('Helper, the second');
  console.log(`${twin} of ${agent}`);
  await twin.save({ status: AssetStatus.ONBOARDED });
  twin.instructions = 'Changed';
  await twin.run({ query: 'x' }).catch((error: unknown) => console.log(`refused: ${(error as Error).message}`));
  console.log(`reverted: ${twin.revert()}`);

  for await (const found of agents.search({ sortBy: SortBy.NAME, sortOrder: SortOrder.DESC, pageSize: 1 })) console.log(`found ${found}`);
  await tool.save({ description: 'Tells the time' });
  console.log(`${tool} ${(await tools.get(String(tool.id))).description}`);
  for (const record of [agent, twin, tool]) await record.delete();
  console.log(`left: ${(await agents.search()).total}`);
} finally {
  await aix.close();
  await platform.close();
}
