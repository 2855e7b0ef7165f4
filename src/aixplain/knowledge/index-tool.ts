import { type Attributes, type BaseRunParams, Entity } from '#front';
import { isObject } from '../../vendor.js';
import type { Json } from '../steps.js';
import { Tool } from '../tools/tool.js';

/** What is kept in an index. */
export interface IndexRecord {
  /** The id, by which it is replaced and deleted. */
  id: string;
  /** At most 100,000 letters. */
  text: string;
  /** What filters can compare. */
  metadata?: Json | undefined;
}

/** What a search of an index found. */
export interface IndexHit extends IndexRecord {
  /** How well it fits. */
  score?: number;
}

/** A condition on the metadata of the records that a search finds. */
export interface IndexFilter {
  /** The key of the metadata. */
  field: string;
  /** How it is compared. */
  operator: '==' | '!=' | '>' | '<' | '>=' | '<=' | 'in' | 'not in';
  /** What it is compared with. */
  value: unknown;
}

/** A knowledge base: texts that are found by their meaning. It is a tool on an integration for vectors, and agents use it as one. */
@Entity()
export class Index extends Tool {
  constructor(attributes?: Attributes<Index>) {
    super(attributes);
  }

  /** Adds or replaces records. `chunking` says how long texts are split, such as `{ split_by: 'word', split_length: 200 }`. */
  async upsert(records: readonly IndexRecord[], { chunking, ...options }: BaseRunParams & { chunking?: Json } = {}): Promise<unknown> {
    return (await this.run({ action: 'upsert', data: { records, ...(chunking && { chunking }) } }, options)).data;
  }

  /** What fits a query best, best first. `topK` says how many; the default is the platform's own. */
  async find(
    query: string,
    { topK, filters, ...options }: BaseRunParams & { topK?: number; filters?: readonly IndexFilter[] } = {},
  ): Promise<IndexHit[]> {
    const data = { query, ...(topK !== undefined && { top_k: topK }), ...(filters && { filters }) };
    return listOf((await this.run({ action: 'search', data }, options)).data);
  }

  /** A record by its id; null if there is none. */
  async read(id: string, options: BaseRunParams = {}): Promise<IndexRecord | null> {
    const { data } = await this.run({ action: 'get', data: { id } }, options);
    return isObject(data) ? (data as unknown as IndexRecord) : (listOf(data)[0] ?? null);
  }

  /** Deletes a record from the index by its id. */
  async remove(id: string, options: BaseRunParams = {}): Promise<void> {
    await this.run({ action: 'delete', data: { id } }, options);
  }

  /** How many records there are. */
  async count(options: BaseRunParams = {}): Promise<number> {
    const { data } = await this.run({ action: 'count', data: {} }, options);
    return Number(isObject(data) ? data.count : data);
  }
}

function listOf(data: unknown): IndexHit[] {
  const found: unknown = typeof data === 'string' ? parsed(data) : data;
  return (Array.isArray(found) ? found.filter(isObject) : []) as unknown as IndexHit[];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return [];
  }
}
