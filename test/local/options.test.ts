import { expect } from 'chai';
import { LocalPlatform, type LocalPlatformOptions } from '../../src/local/index.js';
import { ConfigurationError } from '../../src/model/errors/index.js';
import { failure } from '../support/failure.js';

describe('Options of the local platform', () => {
  const starting = (options: LocalPlatformOptions) => failure(LocalPlatform.start(options));

  it('that cannot be used are rejected before anything is started', async () => {
    expect((await starting({ databaseUrl: 'postgres://localhost/x' })).message).to.contain('databaseUrl');
    expect((await starting({ s3: {} })).message).to.contain('s3');
    expect((await starting({ port: 70_000 })).message).to.contain('70000');
    for (const options of [{ databaseUrl: 'x' }, { s3: {} }, { port: -1 }])
      expect(await starting(options)).to.be.instanceOf(ConfigurationError);
  });
});
