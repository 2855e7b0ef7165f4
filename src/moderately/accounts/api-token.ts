import { type Attributes, BelongsTo, type CallOptions, DeleteResourceMixin, Entity, Field, type Related } from '#front';
import { oneOf, textOf } from '../../vendor.js';
import { ModeratelyResource } from '../base/resource.js';
import type { ListParams, SearchDescription, Several } from '../base/search-params.js';
import { Team } from './team.js';
import { User } from './user.js';

export type TokenRole = 'member' | 'admin' | 'readonly';

export interface ApiTokenSearchParams extends ListParams<'createdAt' | 'name' | (string & {})> {
  /** Default: the connection's own team. */
  teamId?: string | undefined;
  tokenIds?: Several | undefined;
}

export interface TokenUsageParams extends CallOptions {
  startDate?: Date | string | undefined;
  endDate?: Date | string | undefined;
  endpoint?: string | undefined;
  method?: string | undefined;
}

export interface TokenUsage {
  totalRequests: number;
  requestsByEndpoint: Record<string, number>;
  requestsByMethod: Record<string, number>;
  averageResponseTime: number;
  errorRate: number;
}

/** An API key. Its secret is only available once, from the record that created it. */
@Entity({ path: 'api-tokens', id: 'tokenId' })
export class ApiToken extends DeleteResourceMixin(ModeratelyResource) {
  declare static searchParams: ApiTokenSearchParams;
  static override createdInTeam = true;
  static override partialFields = ['tokenPrefix', 'last4', 'isActive'];
  static override searching: SearchDescription = { filters: ['teamId', 'tokenIds'], orderBy: ['createdAt', 'name'], team: 'teamId' };

  @Field({ readOnly: true }) readonly tokenId!: string;
  @Field({ readOnly: true }) readonly teamId!: string;
  @Field({ required: true, nullable: false, check: textOf(1, 255) }) name!: string;
  /** Default: 'member'. */
  @Field({ createOnly: true, nullable: false, check: oneOf(['member', 'admin', 'readonly']) }) role!: TokenRole;
  /** Null if the token does not expire. */
  @Field({ type: Date }) expiresAt!: Date | null;
  /** Missing from the response to a create, like the fields below that may be undefined. */
  @Field({ nullable: false, onClone: 'reset' }) isActive!: boolean | undefined;
  @Field({ readOnly: true }) readonly tokenPrefix!: string | undefined;
  @Field({ readOnly: true }) readonly last4!: string | undefined;
  /** Present in list items and in responses to updates. */
  @Field({ readOnly: true }) readonly createdByUserId?: string;
  /** Only loaded by `get` and `refresh`. */
  @Field({ readOnly: true }) readonly createdBy?: { userId: string; fullName: string; nickname: string | null } | null;
  @Field({ readOnly: true, type: Date }) readonly lastUsedAt!: Date | null | undefined;
  /** Present in list items and in responses to updates. */
  @Field({ readOnly: true }) readonly usage7Days?: number;
  /** Only loaded by `get` and `refresh`. */
  @Field({ readOnly: true }) readonly usageStats?: Record<string, number>;
  @Field({ readOnly: true, type: Date }) readonly createdAt!: Date | null;
  @Field({ readOnly: true, type: Date }) readonly updatedAt!: Date | null | undefined;

  @BelongsTo(() => Team, 'teamId') readonly team!: Related<Team>;
  @BelongsTo(() => User, 'createdByUserId') readonly createdByUser!: Related<User>;

  /** Not a field, so that printing or storing the record does not reveal it. */
  #token: string | null = null;

  constructor(attributes?: Attributes<ApiToken>) {
    super(attributes);
  }

  /** The secret, if this record has just created the token; otherwise null. Neither JSON nor inspection shows it. */
  get token(): string | null {
    return this.#token;
  }

  override readResponse(response: Record<string, unknown>): Record<string, unknown> {
    const { token, ...rest } = super.readResponse(response);
    if (typeof token === 'string') this.#token = token;
    return rest;
  }

  /** Statistics about the use of the token. */
  async usage(params: TokenUsageParams = {}): Promise<TokenUsage> {
    const { startDate, endDate, endpoint, method, ...options } = params;
    const query = { ...options.query, startDate: timeOf(startDate), endDate: timeOf(endDate), endpoint, method };
    return (await this.callAction('GET', 'usage', { ...options, query })) as unknown as TokenUsage;
  }
}

function timeOf(value: Date | string | undefined): string | undefined {
  return value instanceof Date ? value.toISOString() : value;
}
