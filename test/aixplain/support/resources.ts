import { AixplainResource } from '../../../src/aixplain/index.js';
import { Entity, Field, ValidationError, withHooks } from '../../../src/index.js';

/** A tool that an agent uses. */
export interface AgentTool {
  id: string;
  type: string;
  input?: Record<string, unknown>;
}

/** What identifies the tools of an agent; their settings do not. */
const identities = (tools: unknown): string => JSON.stringify((tools as AgentTool[] | undefined)?.map(({ id, type }) => [id, type]));

@Entity({ path: 'v2/agents' })
export class Agent extends AixplainResource {
  static override runResultPath = 'sdk/agents/{id}/result';

  @Field() instructions!: string | null;
  @Field({ onClone: 'reset' }) status!: string;
  @Field({ equals: (local, saved) => identities(local) === identities(saved) }) tools!: AgentTool[];

  /** A copy made by the platform, as a draft. */
  @withHooks
  async duplicate({ name, cloneSubagents = false }: { name?: string; cloneSubagents?: boolean } = {}): Promise<Agent> {
    const answer = await this.action(['duplicate'], { body: { cloneSubagents, ...(name === undefined ? {} : { name }) } });
    return (this.constructor as typeof Agent).fromDict(answer as Record<string, unknown>);
  }

  override beforeRun(): void {
    if (this.status === 'onboarded' && this.isModified)
      throw new ValidationError(`${String(this)} has changes that are not saved; save() it first.`);
  }
}

@Entity({ path: 'v2/models' })
export class Model extends AixplainResource {
  @Field() functionType!: string;

  /** Models run at a service of their own. */
  override buildRunUrl(): string {
    return `${this.requireConnection('run').modelUrl}/${this.encodedId}`;
  }
}

@Entity({ path: 'sdk/utilities' })
export class Utility extends Model {
  @Field() code!: string;
}

@Entity({ path: 'v1/sessions', search: { method: 'GET', path: '' } })
export class Session extends AixplainResource {
  @Field() agentId!: string;
  @Field() status!: string;
}

@Entity({ path: 'sdk/api-keys', search: { method: 'GET', path: '' } })
export class ApiKey extends AixplainResource {
  @Field() budget!: number;
}
