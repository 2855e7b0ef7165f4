import { Hono } from 'hono';
import { deleteObjects, extensionOf, findObject } from '../../blobs/objects.js';
import { lifetime } from '../../blobs/presign.js';
import { timestamp } from '../../clock.js';
import type { AppContext } from '../../context.js';
import { files, toWire } from '../../store/records.js';
import type { FileRow } from '../../store/schema.js';
import { checkTeam } from '../../wire/auth.js';
import { badRequest, conflict, invalid } from '../../wire/errors.js';
import { anyOf, contains, exactly, type ListDescription, list } from '../../wire/lists.js';
import { loadRow, recordId, show, stamps } from '../../wire/records.js';
import { anyObject, body, count, name, text, z } from '../../wire/validation.js';
import { audit, deleteRow, insertRow, updateRow } from '../../wire/writes.js';

const listing: ListDescription = {
  entity: files,
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

const uploadRequest = z.object({
  fileName: name(1000),
  fileSize: count,
  fileHash: name(255),
  mimeType: name(255),
  teamId: text,
  metadata: anyObject.optional(),
});

const completion = z.object({ fileSize: count, fileHash: name(255) });

/** A hash as it is compared: clients may write `sha256:` before it. */
function digestOf(hash: string): string {
  return hash.toLowerCase().replace(/^sha256:/, '');
}

/** Files: three steps to upload one, presigned URLs to move the bytes. */
export const fileRoutes = new Hono<AppContext>()
  .get('/', async (c) => c.json(await list(c, listing)))

  .post('/upload-url', async (c) => {
    const { platform, principal } = c.var;
    const { metadata = {}, ...request } = await body(c, uploadRequest);
    checkTeam(c, request.teamId);
    const fileId = recordId(c);
    const row: FileRow = {
      ...request,
      fileId,
      fileNameLower: request.fileName.toLowerCase(),
      fileDigest: digestOf(request.fileHash),
      uploadStatus: 'pending',
      uploadedBy: principal.userId,
      metadata: JSON.stringify(metadata),
      objectKey: `files/${request.teamId}/${fileId}${extensionOf(request.fileName)}`,
      ...stamps(c),
    };
    await platform.store.transaction().execute((store) => insertRow(c, store, files, row));
    const uploadUrl = platform.presigner.sign(new URL(c.req.url).origin, { method: 'PUT', key: row.objectKey, contentType: row.mimeType });
    return c.json({ file: toWire(files, row), uploadUrl, expiresAt: timestamp(platform.clock, lifetime) }, 201);
  })

  .get('/:id', show(files))

  .post('/:id/complete', async (c) => {
    const { platform } = c.var;
    const id = c.req.param('id');
    const { fileSize, fileHash } = await body(c, completion);
    const object = await findObject(platform, (await loadRow(c, files, id)).objectKey);
    if (!object) throw badRequest('Nothing was uploaded yet: PUT the content to the upload URL first.');
    const problems = [
      ...(object.size === fileSize ? [] : [{ field: 'fileSize', message: `${object.size} bytes were uploaded, not ${fileSize}` }]),
      ...(object.sha256 === digestOf(fileHash)
        ? []
        : [{ field: 'fileHash', message: `what was uploaded has the SHA-256 ${object.sha256}` }]),
    ];
    const changes: Partial<FileRow> =
      problems.length > 0 ? { uploadStatus: 'failed' } : { uploadStatus: 'completed', fileSize, fileHash, fileDigest: object.sha256 };
    const updated = await platform.store.transaction().execute(async (store) => {
      const { uploadStatus } = await loadRow(c, files, id, store);
      if (uploadStatus !== 'pending') throw conflict(`The upload of this file is already ${uploadStatus}.`);
      return await updateRow(c, store, files, id, changes);
    });
    if (problems.length > 0) throw invalid(problems);
    return c.json(toWire(files, updated));
  })

  .get('/:id/download', async (c) => {
    const { platform } = c.var;
    const row = await loadRow(c, files, c.req.param('id'));
    if (row.uploadStatus !== 'completed')
      throw badRequest(`The upload of this file is ${row.uploadStatus}, so there is nothing to download.`);
    await audit(c, platform.store, 'export', { type: 'file', id: row.fileId, teamId: row.teamId });
    const downloadUrl = platform.presigner.sign(new URL(c.req.url).origin, { method: 'GET', key: row.objectKey });
    return c.json({ downloadUrl, expiresAt: timestamp(platform.clock, lifetime) });
  })

  .delete('/:id', async (c) => {
    const { platform } = c.var;
    const row = await loadRow(c, files, c.req.param('id'));
    await platform.store.transaction().execute((store) => deleteRow(c, store, files, row));
    await deleteObjects(platform, [row.objectKey]);
    return c.body(null, 204);
  });
