import type { Timestamped } from './timestamps.js';

/** A resource of aiXplain's API: its JSON as it was saved, under its collection. */
export interface AssetRow extends Timestamped {
  assetId: string;
  teamId: string;
  /** The last part of the resource path: `agents` for `v2/agents`. */
  collection: string;
  /** The record that this one is a part of, such as the session of a message. */
  parentId: string | null;
  name: string;
  nameLower: string;
  body: string;
}

/** A value by which an asset is found, or a number by which it is ordered. */
export interface AssetFacetRow {
  assetId: string;
  facet: string;
  value: string;
  number: number | null;
}

export interface AssetRunRow extends Timestamped {
  runId: string;
  teamId: string;
  assetId: string;
  collection: string;
  input: string;
  status: string;
  output: string | null;
  error: string | null;
  /** Further members of the result, as JSON. */
  extras: string | null;
  sessionId: string | null;
  /** The key of the request; null for the platform's own. */
  apiKeyId: string | null;
  /** The tokens that the run used. */
  tokens: number;
  startedAt: string | null;
  finishedAt: string | null;
}
