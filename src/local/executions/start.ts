import { timestamp } from '../clock.js';
import type { Store } from '../store/database.js';
import type { CreationContext } from '../store/ids.js';
import type { JsonRecord } from '../store/record-kinds.js';
import type { AssetRow, AssetRunRow } from '../store/schema.js';

/** What a run is of. An asset that only has a handler counts as a model. */
export type Runnable = Pick<AssetRow, 'assetId' | 'collection'>;

/** Whose run it is, the session that it belongs to, and what the runner keeps about its start until its end. */
export interface RunOrigin extends Pick<AssetRunRow, 'teamId' | 'apiKeyId' | 'sessionId'> {
  extras?: JsonRecord;
}

/** Writes a run that begins. */
export async function insertRun(
  { clock, newId }: CreationContext,
  store: Store,
  { extras, ...origin }: RunOrigin,
  { assetId, collection }: Runnable,
  input: JsonRecord,
): Promise<AssetRunRow> {
  const at = timestamp(clock);
  const run: AssetRunRow = {
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
  await store.insertInto('assetRuns').values(run).execute();
  return run;
}
