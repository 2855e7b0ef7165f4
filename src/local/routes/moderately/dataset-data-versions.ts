import { Hono } from 'hono';
import { objectUri } from '../../blobs/objects.js';
import { endUpload, findReceived } from '../../blobs/received.js';
import { signDownload } from '../../blobs/transfers.js';
import { closeUpload, openUpload, signUpload } from '../../blobs/uploads.js';
import type { AppContext, AppEnv } from '../../context.js';
import { badRequest, invalid } from '../../requests/errors.js';
import { anyOf, exactly, type ListDescription, list, number } from '../../requests/lists.js';
import { loadRow, newRecordId, newTimestamps, show } from '../../requests/records.js';
import { body, schema } from '../../requests/validation.js';
import { audit, insertRow, updateRow } from '../../requests/writes.js';
import { datasetDataVersions, datasets, serialize } from '../../store/record-kinds.js';
import type { DatasetDataVersionRow } from '../../store/schema.js';
import { makeCurrent, nextVersionNo, versionStatuses } from './dataset-versions.js';

/** The content type that an upload must have, by file type. */
const contentTypes = {
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;
const fileTypes = ['csv', 'xlsx'] as const;

const listing: ListDescription = {
  kind: datasetDataVersions,
  filters: {
    datasetDataVersionIds: anyOf('datasetDataVersionId'),
    datasetIds: anyOf('datasetId'),
    status: exactly('status', versionStatuses),
    versionNo: number('versionNo'),
    fileType: exactly('fileType', fileTypes),
  },
  orderBy: ['createdAt', 'updatedAt', 'versionNo'],
};

const creation = schema(({ name, text, z }) =>
  z.object({
    datasetId: text,
    fileType: z.enum(fileTypes),
    fileName: name(),
    status: z.enum(versionStatuses).default('draft'),
  }),
);

/** The OpenAPI document defines no properties for this body; clients send these three. */
const completion = schema(({ count, z }) =>
  z.object({ fileHash: z.string().nullish(), fileSizeBytes: count.nullish(), rowCount: count.nullish() }),
);

/** What a client says of what it has uploaded. */
interface Completion {
  fileHash?: string | null | undefined;
  fileSizeBytes?: number | null | undefined;
  rowCount?: number | null | undefined;
}

/** Takes what was uploaded, if it is what the request says. */
async function complete(c: AppContext, row: DatasetDataVersionRow, request: Completion): Promise<DatasetDataVersionRow> {
  const { platform } = c.var;
  const received = await findReceived(platform, row.objectKey);
  if (!received) throw badRequest('Nothing was uploaded yet: PUT the content to the upload URL first.');
  if (request.fileSizeBytes != null && request.fileSizeBytes !== received.size) {
    throw invalid([{ field: 'fileSizeBytes', message: `${received.size} bytes were uploaded, not ${request.fileSizeBytes}` }]);
  }
  if (request.fileHash != null && request.fileHash.toLowerCase().replace(/^sha256:/, '') !== received.sha256) {
    throw invalid([{ field: 'fileHash', message: `the uploaded content has the SHA-256 ${received.sha256}` }]);
  }
  const changes: Partial<DatasetDataVersionRow> = {
    uploaded: 1,
    fileHash: received.sha256,
    fileSizeBytes: received.size,
    rowCount: request.rowCount ?? null,
  };
  return await endUpload(platform, received, true, async (store) => {
    const { uploaded } = await loadRow(c, datasetDataVersions, row.datasetDataVersionId, store);
    if (uploaded === 1) throw badRequest('The upload of this data version was completed by another request.');
    await closeUpload(store, row.objectKey);
    const updated = await updateRow(c, store, datasetDataVersions, row.datasetDataVersionId, changes);
    if (row.status === 'current') await makeCurrent(store, 'data', row.datasetId, row.datasetDataVersionId, updated.updatedAt);
    return updated;
  });
}

/** Versions of the data of datasets. A version takes effect when its upload is completed. */
export const datasetDataVersionRoutes = new Hono<AppEnv>()
  .get('/', async (c) => c.json(await list(c, listing)))

  .post('/', async (c) => {
    const { platform } = c.var;
    const request = await body(c, creation);
    const dataset = await loadRow(c, datasets, request.datasetId);
    const datasetDataVersionId = newRecordId(c);
    const objectKey = `datasets/${dataset.teamId}/${dataset.datasetId}/${datasetDataVersionId}.${request.fileType}`;
    const upload = await signUpload(platform, { key: objectKey, contentType: contentTypes[request.fileType] });
    const row = await platform.store.transaction().execute(async (store) => {
      const row = await insertRow(c, store, datasetDataVersions, {
        datasetDataVersionId,
        datasetId: dataset.datasetId,
        teamId: dataset.teamId,
        versionNo: await nextVersionNo(store, 'data', dataset.datasetId),
        fileName: request.fileName,
        sourceFileUri: objectUri(objectKey),
        objectKey,
        fileType: request.fileType,
        status: request.status,
        uploaded: 0,
        fileHash: null,
        rowCount: null,
        fileSizeBytes: null,
        ...newTimestamps(c),
      });
      await openUpload(platform, store, upload);
      return row;
    });
    const dataVersion = serialize(datasetDataVersions, row);
    return c.json({ dataVersion, uploadUrl: upload.url, uploadExpiry: upload.expiresAt }, 201);
  })

  .get('/:id', show(datasetDataVersions))

  .post('/:id/complete', async (c) => {
    const row = await loadRow(c, datasetDataVersions, c.req.param('id'));
    const request = await body(c, completion);
    // The API documents no conflict here: a client that lost the response repeats the request and gets the same one.
    if (row.uploaded === 1) return c.json(serialize(datasetDataVersions, row));
    try {
      return c.json(serialize(datasetDataVersions, await complete(c, row, request)));
    } catch (error) {
      const now = await loadRow(c, datasetDataVersions, row.datasetDataVersionId);
      if (now.uploaded === 1) return c.json(serialize(datasetDataVersions, now));
      throw error;
    }
  })

  .get('/:id/download', async (c) => {
    const { platform } = c.var;
    const row = await loadRow(c, datasetDataVersions, c.req.param('id'));
    if (row.uploaded !== 1) throw badRequest('The upload of this data version was not completed, so there is nothing to download.');
    await audit(c, platform.store, 'export', { type: 'dataset-data-version', id: row.datasetDataVersionId, teamId: row.teamId });
    return c.json({ downloadUrl: (await signDownload(platform, { key: row.objectKey })).url });
  });
