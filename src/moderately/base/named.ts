import { BelongsTo, Entity, Field, type Related, ValidationError } from '#front';
import { textOf } from '../../vendor.js';
import { Team } from '../accounts/team.js';
import { ModeratelyResource } from './resource.js';
import type { SearchDescription } from './search-params.js';
import { numberIn } from './values.js';

/** The base class of pipelines and agents, which have a name in a team and statistics about their executions. */
@Entity()
export abstract class NamedResource extends ModeratelyResource {
  static override createdInTeam = true;
  static override partialFields = ['lastRunAt', 'totalRuns', 'successfulRuns', 'successRate'];

  /** The team that it belongs to. */
  @Field({ readOnly: true }) readonly teamId!: string;
  /** Unique within its team. */
  @Field({ required: true, nullable: false, check: textOf(1, 255) }) name!: string;
  /** What it is for, at most 1,000 characters. */
  @Field({ check: textOf(0, 1000) }) description!: string | null;
  /** Missing from responses to creates and updates, like the statistics below. */
  @Field({ readOnly: true, type: Date }) readonly lastRunAt!: Date | null | undefined;
  /** How many times it was executed; undefined where the platform does not say. */
  @Field({ readOnly: true }) readonly totalRuns!: number | undefined;
  /** How many executions were completed; undefined where the platform does not say. */
  @Field({ readOnly: true }) readonly successfulRuns!: number | undefined;
  /** In percent, 0 to 100. */
  @Field({ readOnly: true }) readonly successRate!: number | undefined;
  /** When the platform created it. */
  @Field({ readOnly: true, type: Date }) readonly createdAt!: Date | null;
  /** When the platform last changed it. */
  @Field({ readOnly: true, type: Date }) readonly updatedAt!: Date | null;

  /** The team that it belongs to. */
  @BelongsTo(() => Team, 'teamId') readonly team!: Related<Team>;

  /** Resolves to null if there is none. */
  abstract currentConfigurationVersion(): Promise<ModeratelyResource | null>;

  /** The success rate as a fraction, 0 to 1. */
  get successRatio(): number | undefined {
    const percent = numberIn(this.successRate);
    return percent === undefined ? undefined : percent / 100;
  }

  /** The id of the version to execute: the given one, else the current one. @throws ValidationError if there is neither. */
  protected async versionToExecute(version: ModeratelyResource | string | undefined): Promise<string> {
    this.requireId('execute');
    if (typeof version === 'string') return version;
    const found = version ?? (await this.currentConfigurationVersion());
    if (found) return found.savedId('execute');
    throw new ValidationError(
      `${String(this)} has no current configuration version to execute. Make one current (version.activate()), or pass { version }.`,
    );
  }
}

/** The search description of pipelines and agents. */
export function namedSearch(idsFilter: string): SearchDescription {
  return { filters: ['teamIds', idsFilter, 'nameLike'], orderBy: ['name', 'createdAt', 'updatedAt'], team: 'teamIds' };
}
