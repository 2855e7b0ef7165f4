import { expect } from 'chai';
import { LocalPlatform } from '../../../src/local/index.js';
import { failure } from '../../support/failure.js';
import { itWithOwnStorage } from '../../support/services/only.js';
import { Client } from '../support/platform.js';

describe('The in-process fetch of the local platform', () => {
  itWithOwnStorage('reaches a platform without a server, and its presigned URLs', async () => {
    const platform = await LocalPlatform.start({ port: false });
    try {
      const client = new Client(platform);
      const file = await client.uploadFile('a.txt', 'hello');
      const { downloadUrl } = (await client.get(`/files/${file.fileId}/download`)).body;
      expect(new URL(downloadUrl).origin).to.equal(platform.url);
      expect(await (await platform.fetch(downloadUrl)).text()).to.equal('hello');
    } finally {
      await platform.close();
    }
  });

  it('rejects other origins', async () => {
    const platform = await LocalPlatform.start({ port: false });
    try {
      expect((await failure(platform.fetch('https://example.test/'))).message).to.contain('only reaches the local platform');
    } finally {
      await platform.close();
    }
  });
});
