import { expect } from 'chai';
import nock from 'nock';
import { ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { withoutNetwork } from '../../support/widgets.js';
import { backend, body, connect } from '../support/platform.js';

describe('reporting an issue', () => {
  withoutNetwork();

  it('sends what is given, and nothing else', async () => {
    nock(backend)
      .post('/v1/issue', body({ description: 'Run hangs' }))
      .reply(202, { issue_id: 'i1' });
    expect(await connect().reportIssue('Run hangs')).to.equal('i1');
    nock(backend)
      .post(
        '/v1/issue',
        body({
          description: 'd',
          title: 't',
          severity: 'SEV3',
          tags: ['a'],
          sdk_version: '1',
          runtime_context: { a: 1 },
          reporter_email: 'e',
        }),
      )
      .reply(202, { issue_id: 'i2' });
    await connect().reportIssue('d', {
      title: 't',
      severity: 'SEV3',
      tags: ['a'],
      sdkVersion: '1',
      runtimeContext: { a: 1 },
      reporterEmail: 'e',
    });
  });

  it('refuses what the platform would, and says what it says', async () => {
    const aix = connect();
    expect(await failure(aix.reportIssue(''))).to.be.instanceOf(ValidationError);
    expect(await failure(aix.reportIssue('d', { severity: 'bad' as never }))).to.be.instanceOf(ValidationError);
    expect((await failure(aix.reportIssue('d', { sevrity: 'SEV1' } as never))).message).to.contain('did you mean severity?');
    nock(backend).post('/v1/issue').reply(403, { message: 'no' });
    expect((await failure(aix.reportIssue('d'))).status).to.equal(403);
    nock(backend).post('/v1/issue').reply(202, {});
    expect((await failure(aix.reportIssue('d'))).message)
      .to.contain('HTTP 202')
      .and.contain('issue_id');
  });
});
