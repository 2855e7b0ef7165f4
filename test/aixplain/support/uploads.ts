import nock from 'nock';
import { backend } from './platform.js';

/** Where uploads go. */
export const storage = 'https://b.s3.amazonaws.com';

/** The platform takes one upload. */
export function takesUpload(
  key: string,
  content: string,
  route = 'upload/temp-url',
  downloadUrl: string | undefined = `${storage}/get/${key}`,
): void {
  nock(backend)
    .post(`/sdk/file/${route}`)
    .reply(200, { key, uploadUrl: `${storage}/${key}`, downloadUrl });
  nock(storage).put(`/${key}`, content).reply(200);
}
