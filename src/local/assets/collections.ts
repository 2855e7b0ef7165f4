import type { JsonRecord } from '../store/record-kinds.js';
import { type Filters, filters } from './filters.js';

/** What is particular to a collection of aiXplain's API. All else is the same for every collection. */
export interface Collection {
  /** The last part of its path: `agents` for `v2/agents`. */
  readonly name: string;
  /** One of its records, in messages. */
  readonly label: string;
  readonly filters: Filters;
  /** What a GET of the collection has: a page, or one array. */
  readonly list: 'page' | 'array';
  /** The status that refuses a name that another record of the team has; undefined where names may repeat. */
  readonly nameTaken?: number;
  /** The fields that only the server sets, apart from `id`, `createdAt` and `updatedAt`. */
  readonly serverFields: readonly string[];
  /** The values of fields that a new record is saved without. */
  readonly defaults: JsonRecord;
  /** The only fields that a request may have; undefined where it may have any. */
  readonly allowed?: readonly string[];
  /** The collections whose records can also be read as its own. */
  readonly family: readonly string[];
}

/** Agents, and everything that runs as they do. */
export const agentCollections: readonly string[] = ['agents', 'agent-communities'];
/** Collections whose records can also be read as models. */
export const modelCollections: readonly string[] = ['models', 'tools', 'utilities', 'integrations'];

type Description = Partial<Omit<Collection, 'name' | 'family'>>;

const model: Description = { list: 'page', filters: filters.model };
const agent: Description = { nameTaken: 400, serverFields: ['teamId', 'clonedFromId'], defaults: { status: 'draft' } };

const described: Readonly<Record<string, Description>> = {
  models: model,
  integrations: model,
  tools: model,
  utilities: { ...model, label: 'utility', filters: filters.utility, defaults: { status: 'onboarded' } },
  agents: agent,
  'agent-communities': { ...agent, label: 'team agent' },
  pipelines: { list: 'page', filters: filters.pipeline },
  corpora: { list: 'page', label: 'corpus', filters: filters.corpus },
  datasets: { list: 'page', filters: filters.dataset },
  metrics: { list: 'page', filters: filters.metric },
  functions: { list: 'page' },
  skill: {
    filters: filters.skill,
    serverFields: ['team', 'user'],
    defaults: { status: 'onboarded', privacy: 'Private', tags: [], whitelist: [] },
  },
  sessions: {
    filters: filters.session,
    serverFields: ['userId', 'runStatus', 'messageCount', 'lastMessagePreview', 'lastMessageAt'],
    defaults: {
      status: 'active',
      executionConfig: null,
      runStatus: 'idle',
      messageCount: 0,
      lastMessagePreview: null,
      lastMessageAt: null,
    },
  },
  messages: { filters: filters.message },
  triggers: {
    filters: filters.trigger,
    serverFields: ['nextRunAt', 'lastRunAt', 'failureCount', 'enqueued', 'type', 'lastRequestId'],
    defaults: {
      assetType: 'agent',
      enabled: true,
      notifications: false,
      nextRunAt: null,
      lastRunAt: null,
      failureCount: 0,
      enqueued: false,
      lastRequestId: null,
    },
    // `agentId`, by which triggers are listed, stands for `assetId`.
    allowed: [
      ...['id', 'name', 'description', 'input', 'assetId', 'agentId', 'assetType', 'triggerType', 'triggerId', 'configuration'],
      ...['enabled', 'notifications', 'retryCount'],
    ],
  },
  'api-keys': { label: 'API key', nameTaken: 422, serverFields: ['accessKey', 'isAdmin'], defaults: { isAdmin: false } },
};

/** The collection with this name. Any name is a collection: the platform keeps records that it knows nothing about. */
export function collectionOf(name: string): Collection {
  const description = Object.hasOwn(described, name) ? described[name] : undefined;
  return {
    name,
    label: name.replaceAll('-', ' ').replace(/s$/, ''),
    filters: filters.common,
    list: 'array',
    serverFields: [],
    defaults: {},
    family: modelCollections.includes(name) ? modelCollections : [name],
    ...description,
  };
}
