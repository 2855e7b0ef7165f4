import { BelongsTo, Entity, Field, type RefreshOptions, type Related } from '#front';
import { callOptions, checkOptions, replaceSaved } from '../../vendor.js';
import { ModeratelyResource } from '../base/resource.js';
import type { ListParams, SearchDescription } from '../base/search-params.js';
import { AgentExecution } from './agent-execution.js';

/** The parameters of a search for memory states. */
export interface AgentMemoryStateSearchParams extends ListParams<'version' | 'createdAt' | (string & {})> {
  /** Only states with this number. */
  version?: number | undefined;
  /** True returns only the newest. */
  latest?: boolean | undefined;
}

/** The memory of an agent's execution at one point. It is found through its execution; see `execution.memoryStates()`. */
@Entity({ id: 'agentExecutionMemoryStateId', create: 'none', update: 'none' })
export class AgentMemoryState extends ModeratelyResource {
  /** The parameters of `search()`, for the compiler. */
  declare static searchParams: AgentMemoryStateSearchParams;
  /** The platform cannot search for them by id; use `get(id)` for each. */
  declare static readonly byIds: never;
  static override searching: SearchDescription = { filters: ['version', 'latest'], orderBy: ['version', 'createdAt'] };

  /** The id of the state. */
  @Field({ readOnly: true }) readonly agentExecutionMemoryStateId!: string;
  /** The execution that it belongs to. */
  @Field({ readOnly: true }) readonly agentExecutionId!: string;
  /** What the agent remembers, as the platform has it. */
  @Field({ readOnly: true }) readonly state!: Record<string, unknown>;
  /** The number of the state: each is one higher than the one before. */
  @Field({ readOnly: true }) readonly version!: number;
  /** When the platform created it. */
  @Field({ readOnly: true, type: Date }) readonly createdAt!: Date | null;
  /** When the platform last changed it. */
  @Field({ readOnly: true, type: Date }) readonly updatedAt!: Date | null;

  /** The execution that it belongs to. */
  @BelongsTo(() => AgentExecution, 'agentExecutionId') readonly execution!: Related<AgentExecution>;

  /** Loads the state again, by its version. */
  override async refresh(options: RefreshOptions = {}): Promise<this> {
    checkOptions(this.constructor, 'refresh', options);
    const Execution = this.sibling(AgentExecution, 'refresh');
    const fresh = await new Execution({ id: this.agentExecutionId }).memoryState(this.version, callOptions(options));
    replaceSaved(this, fresh.toDict(), { keepChanges: options.keepChanges ?? false });
    return this;
  }
}
