import { Hono } from 'hono';
import { deleteObjects, extensionOf } from '../../blobs/objects.js';
import { endUpload, findReceived } from '../../blobs/received.js';
import { signDownload } from '../../blobs/transfers.js';
import { closeUpload, openUpload, signUpload } from '../../blobs/uploads.js';
import type { AppEnv } from '../../context.js';
import { checkTeam } from '../../requests/authentication.js';
import { badRequest, conflict, invalid } from '../../requests/errors.js';
import { anyOf, contains, exactly, type ListDescription, list } from '../../requests/lists.js';
import { loadRow, newRecordId, newTimestamps, show } from '../../requests/records.js';
import { body, schema } from '../../requests/validation.js';
import { audit, deleteRow, insertRow, updateRow } from '../../requests/writes.js';
import { files, serialize } from '../../store/record-kinds.js';
import type { FileRow } from '../../store/schema.js';

const listing: ListDescription = {
  kind: files,
  filters: {
    fileIds: anyOf('fileId'),
    teamIds: anyOf('teamId'),
    nameLike: contains('fileNameLower'),
    mimeTypes: anyOf('mimeType'),
    fileHashes: anyOf('fileDigest', digestOf),
    uploadStatus: exactly('uploadStatus', ['pending', 'completed', 'failed']),
  },
  orderBy: ['fileName', 'fileSize', 'createdAt', 'updatedAt'],
  order: { by: 'createdAt', direction: 'desc' },
  pageSize: { default: 20, max: 100 },
};

const uploadRequest = schema(({ anyObject, count, name, text, z }) =>
  z.object({
    fileName: name(1000),
    fileSize: count,
    fileHash: name(255),
    mimeType: name(255),
    teamId: text,
    metadata: anyObject.optional(),
  }),
);

const completion = schema(({ count, name, z }) => z.object({ fileSize: count, fileHash: name(255) }));

/** A hash in the form that is compared: in lower case, without the prefix `sha256:` that clients may add. */
function digestOf(hash: string): string {
  return hash.toLowerCase().replace(/^sha256:/, '');
}

const ended = (status: string) => conflict(`The upload of this file is already ${status}.`);

/** Files. An upload takes three requests; their content is transferred through presigned URLs. */
export const fileRoutes = new Hono<AppEnv>()
  .get('/', async (c) => c.json(await list(c, listing)))

  .post('/upload-url', async (c) => {
    const { platform, principal } = c.var;
    const { metadata = {}, ...request } = await body(c, uploadRequest);
    checkTeam(c, request.teamId);
    const fileId = newRecordId(c);
    const row: FileRow = {
      ...request,
      fileId,
      fileNameLower: request.fileName.toLowerCase(),
      fileDigest: digestOf(request.fileHash),
      uploadStatus: 'pending',
      uploadedBy: principal.userId,
      metadata: JSON.stringify(metadata),
      objectKey: `files/${request.teamId}/${fileId}${extensionOf(request.fileName)}`,
      ...newTimestamps(c),
    };
    const declared = { key: row.objectKey, contentType: row.mimeType, size: row.fileSize, sha256: row.fileDigest };
    const upload = await signUpload(platform, declared);
    await platform.store.transaction().execute(async (store) => {
      await insertRow(c, store, files, row);
      await openUpload(platform, store, upload);
    });
    return c.json({ file: serialize(files, row), uploadUrl: upload.url, expiresAt: upload.expiresAt }, 201);
  })

  .get('/:id', show(files))

  .post('/:id/complete', async (c) => {
    const { platform } = c.var;
    const id = c.req.param('id');
    const { fileSize, fileHash } = await body(c, completion);
    const { objectKey, uploadStatus } = await loadRow(c, files, id);
    if (uploadStatus !== 'pending') throw ended(uploadStatus);
    const received = await findReceived(platform, objectKey);
    if (!received) throw badRequest('Nothing was uploaded yet: PUT the content to the upload URL first.');
    const problems = [
      ...(received.size === fileSize ? [] : [{ field: 'fileSize', message: `${received.size} bytes were uploaded, not ${fileSize}` }]),
      ...(received.sha256 === digestOf(fileHash)
        ? []
        : [{ field: 'fileHash', message: `the uploaded content has the SHA-256 ${received.sha256}` }]),
    ];
    const changes: Partial<FileRow> =
      problems.length > 0 ? { uploadStatus: 'failed' } : { uploadStatus: 'completed', fileSize, fileHash, fileDigest: received.sha256 };
    const updated = await endUpload(platform, received, problems.length === 0, async (store) => {
      const { uploadStatus } = await loadRow(c, files, id, store);
      if (uploadStatus !== 'pending') throw ended(uploadStatus);
      await closeUpload(store, objectKey);
      return await updateRow(c, store, files, id, changes);
    });
    if (problems.length > 0) throw invalid(problems);
    return c.json(serialize(files, updated));
  })

  .get('/:id/download', async (c) => {
    const { platform } = c.var;
    const row = await loadRow(c, files, c.req.param('id'));
    if (row.uploadStatus !== 'completed')
      throw badRequest(`The upload of this file is ${row.uploadStatus}, so there is nothing to download.`);
    await audit(c, platform.store, 'export', { type: 'file', id: row.fileId, teamId: row.teamId });
    const { url, expiresAt } = await signDownload(platform, { key: row.objectKey });
    return c.json({ downloadUrl: url, expiresAt });
  })

  .delete('/:id', async (c) => {
    const { platform } = c.var;
    const row = await loadRow(c, files, c.req.param('id'));
    await deleteObjects(platform, [row.objectKey], (store) => deleteRow(c, store, files, row));
    return c.body(null, 204);
  });
