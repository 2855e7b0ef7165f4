import type { Timestamped } from './timestamps.js';

/** A resource of aiXplain's API: its JSON as it was sent, under its collection. */
export interface AssetRow extends Timestamped {
  assetId: string;
  teamId: string;
  /** The last part of the resource path: `agents` for `v2/agents`. */
  collection: string;
  name: string;
  nameLower: string;
  status: string | null;
  body: string;
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
  sessionId: string | null;
  startedAt: string | null;
  finishedAt: string | null;
}
