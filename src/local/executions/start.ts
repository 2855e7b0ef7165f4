import { timestamp } from '../clock.js';
import type { Store } from '../store/database.js';
import type { CreationContext } from '../store/ids.js';
import type { JsonRecord } from '../store/record-kinds.js';
import type { AssetRow, AssetRunRow } from '../store/schema.js';
import { execute, insertion } from '../store/statements.js';

/** What a run is of. An asset that only has a handler counts as a model. */
export type Runnable = Pick<AssetRow, 'assetId' | 'collection'>;

/** Whose run it is, the session that it belongs to, and what the runner keeps about its start until its end. */
export interface RunOrigin extends Pick<AssetRunRow, 'teamId' | 'apiKeyId' | 'sessionId'> {
  extras?: JsonRecord;
}

/** A run that begins. */
export function newRun(
  { clock, newId }: CreationContext,
  { extras, ...origin }: RunOrigin,
  { assetId, collection }: Runnable,
  input: JsonRecord,
): AssetRunRow {
  const at = timestamp(clock);
  return {
    runId: newId(),
    ...origin,
    assetId,
    collection,
    input: JSON.stringify(input),
    status: 'IN_PROGRESS',
    output: null,
    error: null,
    extras: extras ? JSON.stringify(extras) : null,
    tokens: 0,
    startedAt: null,
    finishedAt: null,
    createdAt: at,
    updatedAt: at,
  };
}

/** Writes a run that begins. */
export async function insertRun(
  context: CreationContext,
  store: Store,
  origin: RunOrigin,
  asset: Runnable,
  input: JsonRecord,
): Promise<AssetRunRow> {
  const run = newRun(context, origin, asset, input);
  await execute(store, insertion('assetRuns', run));
  return run;
}
