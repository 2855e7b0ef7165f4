import { Hono } from 'hono';
import { extensionOf, putObject } from '../../blobs/objects.js';
import { signDownload } from '../../blobs/transfers.js';
import { openUpload, signUpload } from '../../blobs/uploads.js';
import type { AppContext, AppEnv } from '../../context.js';
import { formOf } from '../../requests/body.js';
import { invalid } from '../../requests/errors.js';
import { body } from '../../requests/validation.js';
import { name, z } from '../../requests/vocabulary.js';

const request = z.object({ contentType: name(255), originalName: name(1000) });

/** The request's fields, from a form, as the vendor's clients send them, or from JSON, as documented. */
async function fields(c: AppContext): Promise<z.infer<typeof request>> {
  if (!c.req.header('content-type')?.includes('form')) return await body(c, request);
  const result = request.safeParse(await formOf(c));
  if (!result.success) throw invalid(result.error.issues.map(({ path, message }) => ({ field: path.join('.'), message })));
  return result.data;
}

async function presign(c: AppContext): Promise<Response> {
  const { platform } = c.var;
  const { contentType, originalName } = await fields(c);
  const key = `uploads/${platform.newId()}${extensionOf(originalName)}`;
  const upload = await signUpload(platform, { key, contentType, lasts: true });
  await openUpload(platform, platform.store, upload);
  const { url: downloadUrl } = await signDownload(platform, { key, location: upload.location });
  return c.json({ key, uploadUrl: upload.url, downloadUrl });
}

/** Uploads of files that runs take as input, and of the scripts of pipelines. */
export const uploadRoutes = new Hono<AppEnv>()
  .post('/sdk/file/upload/temp-url', presign)
  .post('/sdk/file/upload-url', presign)
  .post('/sdk/pipelines/script', async (c) => {
    const { file } = await formOf(c);
    if (!(file instanceof File)) throw invalid([{ field: 'file', message: 'must be a file in a multipart form' }]);
    const fileId = c.var.platform.newId();
    await putObject(c.var.platform, `scripts/${fileId}`, file.type || 'application/octet-stream', file.stream());
    return c.json({ fileId }, 201);
  });
