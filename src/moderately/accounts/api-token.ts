import { type Attributes, BelongsTo, type CallOptions, DeleteResourceMixin, Entity, Field, type Related } from '#front';
import { oneOf, textOf } from '../../vendor.js';
import { ModeratelyResource } from '../base/resource.js';
import type { ListParams, SearchDescription, Several } from '../base/search-params.js';
import { Team } from './team.js';
import { User } from './user.js';

/** What the holder of a token may do. */
export type TokenRole = 'member' | 'admin' | 'readonly';

/** The parameters of a search for API tokens. */
export interface ApiTokenSearchParams extends ListParams<'createdAt' | 'name' | (string & {})> {
  /** Default: the connection's own team. */
  teamId?: string | undefined;
  /** Only these tokens. */
  tokenIds?: Several | undefined;
}

export interface TokenUsageParams extends CallOptions {
  /** The beginning of the period. */
  startDate?: Date | string | undefined;
  /** The end of the period. */
  endDate?: Date | string | undefined;
  /** Only requests to this path. */
  endpoint?: string | undefined;
  /** Only requests with this method. */
  method?: string | undefined;
}

/** How a token was used. */
export interface TokenUsage {
  /** How many requests there were. */
  totalRequests: number;
  /** How many there were to each path. */
  requestsByEndpoint: Record<string, number>;
  /** How many there were with each method. */
  requestsByMethod: Record<string, number>;
  /** The average time to a response, in the platform's unit. */
  averageResponseTime: number;
  /** The share of requests that failed. */
  errorRate: number;
}

/** An API key. Its secret is only available once, from the record that created it. */
@Entity({ path: 'api-tokens', id: 'tokenId' })
export class ApiToken extends DeleteResourceMixin(ModeratelyResource) {
  /** The parameters of `search()`, for the compiler. */
  declare static searchParams: ApiTokenSearchParams;
  /** Whether new records are created in the connection's team. */
  static override createdInTeam = true;
  /** Fields that may be missing from list items and from responses to creates and updates. */
  static override partialFields = ['tokenPrefix', 'last4', 'isActive'];
  /** The filters and sort orders that the platform has for this class. */
  static override searching: SearchDescription = { filters: ['teamId', 'tokenIds'], orderBy: ['createdAt', 'name'], team: 'teamId' };

  /** The id of the token. */
  @Field({ readOnly: true }) readonly tokenId!: string;
  /** The team that it belongs to. */
  @Field({ readOnly: true }) readonly teamId!: string;
  /** The name, of 1 to 255 characters. */
  @Field({ required: true, nullable: false, check: textOf(1, 255) }) name!: string;
  /** Default: 'member'. */
  @Field({ createOnly: true, nullable: false, check: oneOf(['member', 'admin', 'readonly']) }) role!: TokenRole;
  /** Null if the token does not expire. */
  @Field({ type: Date }) expiresAt!: Date | null;
  /** Missing from the response to a create, like the fields below that may be undefined. */
  @Field({ nullable: false, onClone: 'reset' }) isActive!: boolean | undefined;
  /** The beginning of the token, by which people recognise it. */
  @Field({ readOnly: true }) readonly tokenPrefix!: string | undefined;
  /** The last four characters of the token. */
  @Field({ readOnly: true }) readonly last4!: string | undefined;
  /** Present in list items and in responses to updates. */
  @Field({ readOnly: true }) readonly createdByUserId?: string;
  /** Only loaded by `get` and `refresh`. */
  @Field({ readOnly: true }) readonly createdBy?: {
    /** The id of the user. */
    userId: string;
    /** The full name. */
    fullName: string;
    /** The nickname; null when there is none. */
    nickname: string | null;
  } | null;
  /** When it was last used; null when it never was. */
  @Field({ readOnly: true, type: Date }) readonly lastUsedAt!: Date | null | undefined;
  /** Present in list items and in responses to updates. */
  @Field({ readOnly: true }) readonly usage7Days?: number;
  /** Only loaded by `get` and `refresh`. */
  @Field({ readOnly: true }) readonly usageStats?: Record<string, number>;
  /** When the platform created it. */
  @Field({ readOnly: true, type: Date }) readonly createdAt!: Date | null;
  /** When the platform last changed it. */
  @Field({ readOnly: true, type: Date }) readonly updatedAt!: Date | null | undefined;

  /** The team that it belongs to. */
  @BelongsTo(() => Team, 'teamId') readonly team!: Related<Team>;
  /** The user who made it. */
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
