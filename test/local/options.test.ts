import { expect } from 'chai';
import { LocalPlatform, type LocalPlatformOptions, type S3Options } from '../../src/local/index.js';
import { ConfigurationError } from '../../src/model/errors/index.js';
import { failure } from '../support/failure.js';

describe('Options of the local platform', () => {
  const starting = (options: LocalPlatformOptions) => failure(LocalPlatform.start(options));

  it('that cannot be used are rejected before anything is started', async () => {
    expect((await starting({ databaseUrl: 'postgres://localhost/x' })).message).to.contain('databaseUrl');
    for (const [s3, problem] of [
      [{}, 'bucket'],
      [{ bucket: 'a/b' }, 'bucket'],
      [{ bucket: 'files', prefix: 'x' }, "'prefix'"],
      [{ bucket: 'files', endpoint: 's3.example.test' }, 'endpoint'],
      [{ bucket: 'files', endpoint: 'https://me:secret@s3.example.test' }, 'accessKeyId'],
      [{ bucket: 'files', region: 'x y' }, 'region'],
      [{ bucket: 'files', accessKeyId: 'secret' }, 'together'],
      [{ bucket: 'files', accessKeyId: '', secretAccessKey: '' }, 'empty'],
      [null, 'object'],
    ] as const) {
      const { message } = await starting({ s3: s3 as unknown as S3Options });
      expect(message).to.contain('s3').and.to.contain(problem).and.not.to.contain('secret@');
    }
    expect((await starting({ port: 70_000 })).message).to.contain('70000');
    const databaseUrl = 'postgres://localhost/x';
    expect((await starting({ worker: false })).message).to.contain('worker needs databaseUrl');
    expect((await starting({ worker: 'never' as 'only', databaseUrl, dataDir: 'x' })).message).to.contain('never');
    for (const concurrency of [0, 1.5, 1001, Number.NaN])
      expect((await starting({ concurrency })).message).to.contain(`got ${concurrency}`);
    for (const publicUrl of ['platform.example', 'ftp://a.example', 'https://me:secret@a.example', 'https://a.example/?x=1', ''])
      expect((await starting({ publicUrl })).message, publicUrl).to.contain('publicUrl');
    for (const origin of ['a.example', 'https://a.example/', 'https://a.example/path', ''])
      expect((await starting({ cors: [origin] })).message, origin).to.contain('cors');
    for (const options of [
      { databaseUrl: 'x' },
      { s3: { bucket: '' } },
      { port: -1 },
      { dataDir: '' },
      { publicUrl: 'x' },
      { cors: ['x'] },
    ])
      expect(await starting(options)).to.be.instanceOf(ConfigurationError);
  });
});
