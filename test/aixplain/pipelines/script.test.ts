import { expect } from 'chai';
import nock from 'nock';
import { PipelineGraph, uploadScript } from '../../../src/aixplain/index.js';
import { FileUploadError, ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { withoutNetwork } from '../../support/widgets.js';
import { backend, connect } from '../support/platform.js';

describe('a script for a pipeline', () => {
  withoutNetwork();

  it('is uploaded as a form with one file, and becomes a node', async () => {
    let sent = '';
    nock(backend, {
      reqheaders: { authorization: 'Token team-key-of-the-tests', 'content-type': /^multipart\/form-data; boundary=form-/ },
    })
      .post('/sdk/pipelines/script', (form) => {
        sent = String(form);
        return true;
      })
      .reply(201, { fileId: 'f1' });
    const script = await uploadScript(connect(), { data: 'print(1)\n', name: 'a "b".py', mimeType: 'text/x-python' });
    expect(script).to.deep.equal({ fileId: 'f1', name: 'a "b".py', size: 9 });
    expect(sent).to.contain('name="file"; filename="a %22b%22.py"\r\nContent-Type: text/x-python\r\n\r\nprint(1)\n\r\n--form-');
    const node = new PipelineGraph().script(script, { label: 'Clean', inputs: { text: 'text' } });
    expect(node.toJSON()).to.include({ type: 'SCRIPT', label: 'Clean', fileId: 'f1', fileMetadata: '{"name":"a \\"b\\".py","size":9}' });
  });

  it('fails with a reason, never with an empty id', async () => {
    nock(backend).post('/sdk/pipelines/script').reply(413, { message: 'too large' });
    expect((await failure(uploadScript(connect(), Buffer.from('x')))).status).to.equal(413);
    nock(backend).post('/sdk/pipelines/script').reply(200, {});
    expect((await failure(uploadScript(connect(), Buffer.from('x')))).message).to.contain('"fileId"');
    expect(await failure(uploadScript(connect(), Buffer.alloc(0)))).to.be.instanceOf(FileUploadError);
    expect(await failure(uploadScript(connect(), '/none.py'))).to.be.instanceOf(ValidationError);
  });
});
