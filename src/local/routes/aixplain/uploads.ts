import { type Context, Hono } from 'hono';
import { extensionOf, putObject } from '../../blobs/objects.js';
import type { AppContext } from '../../context.js';
import { invalid } from '../../wire/errors.js';
import { body, name, z } from '../../wire/validation.js';

const request = z.object({ contentType: name(255), originalName: name(1000) });

/** The request's fields: a form, as the vendor's clients send it, or JSON, as it is documented. */
async function fields(c: Context<AppContext>): Promise<z.infer<typeof request>> {
  if (!c.req.header('content-type')?.includes('form')) return await body(c, request);
  const result = request.safeParse(await c.req.parseBody());
  if (!result.success) throw invalid(result.error.issues.map(({ path, message }) => ({ field: path.join('.'), message })));
  return result.data;
}

async function presign(c: Context<AppContext>): Promise<Response> {
  const { platform } = c.var;
  const { contentType, originalName } = await fields(c);
  const key = `uploads/${platform.newId()}${extensionOf(originalName)}`;
  const { origin } = new URL(c.req.url);
  return c.json({
    key,
    uploadUrl: platform.presigner.sign(origin, { method: 'PUT', key, contentType }),
    downloadUrl: platform.presigner.sign(origin, { method: 'GET', key }),
  });
}

/** Files that runs take as input, and the scripts of pipelines. */
export const uploadRoutes = new Hono<AppContext>()
  .post('/sdk/file/upload/temp-url', presign)
  .post('/sdk/file/upload-url', presign)
  .post('/sdk/pipelines/script', async (c) => {
    const { file } = await c.req.parseBody();
    if (!(file instanceof File)) throw invalid([{ field: 'file', message: 'must be a file in a multipart form' }]);
    const fileId = c.var.platform.newId();
    await putObject(c.var.platform, `scripts/${fileId}`, file.type || 'application/octet-stream', file.stream());
    return c.json({ fileId }, 201);
  });
