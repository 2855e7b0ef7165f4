import type { Stamped } from './times.js';

/** A resource of aiXplain's wire: whatever was sent, under the collection it was sent to. */
export interface AssetRow extends Stamped {
  assetId: string;
  teamId: string;
  /** The last part of the resource path: `agents` for `v2/agents`. */
  collection: string;
  name: string;
  nameLower: string;
  status: string | null;
  body: string;
}

export interface AssetRunRow extends Stamped {
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
