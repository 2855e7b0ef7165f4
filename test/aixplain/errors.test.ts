import { expect } from 'chai';
import nock from 'nock';
import { OperationFailedError } from '../../src/index.js';
import { failure } from '../support/failure.js';
import { withoutNetwork } from '../support/widgets.js';
import { backend, connect, Demo } from './support/platform.js';

describe('a refusal by the platform', () => {
  withoutNetwork();

  async function refusal(status: number, answer: string | object): Promise<Error & Record<string, unknown>> {
    nock(backend).get('/demo/1').reply(status, answer);
    return failure(connect().bind(Demo).get('1'));
  }

  it('has its message, a list line by line', async () => {
    expect((await refusal(400, { message: 'one' })).message).to.contain('one');
    expect((await refusal(400, { message: ['one', 'two'] })).message).to.contain('one\ntwo');
    expect((await refusal(400, { message: ['only'] })).message).to.match(/only$/m);
    expect((await refusal(400, { message: [], error: 'fallback' })).message).to.contain('fallback');
    expect((await refusal(400, { message: null, error: 'kept' })).message).to.contain('kept');
  });

  it('has the status of the response, not one in its body', async () => {
    expect((await refusal(500, { message: 'm', statusCode: 422 })).status).to.equal(500);
    expect((await refusal(400, { message: 'm', statusCode: 'many' })).status).to.equal(400);
  });
});

describe('a failed run', () => {
  withoutNetwork();

  async function failed(answer: object): Promise<OperationFailedError> {
    nock(backend)
      .post('/demo/1/run')
      .reply(200, { status: 'FAILED', ...answer });
    return (await failure(new (connect().bind(Demo))({ id: '1' }).run())) as unknown as OperationFailedError;
  }

  it('says why, wherever the platform put it', async () => {
    for (const key of ['supplierError', 'supplier_error', 'error_message', 'errorMessage', 'error', 'message']) {
      const error = await failed({ [key]: 'the reason' });
      expect([error.message, error.reason]).to.deep.equal(['Operation failed: the reason', 'the reason']);
    }
    const nothing = { supplierError: null, errorMessage: null, error: null, message: ' ' };
    expect((await failed({ ...nothing, data: { error: 'in the data' } })).reason).to.equal('in the data');
  });

  it('prefers the supplier’s words, then the message, then the error', async () => {
    expect((await failed({ error: 'c', error_message: 'b', supplier_error: 'a2', supplierError: 'a1' })).reason).to.equal('a1');
    expect((await failed({ error: 'c', error_message: 'b', supplier_error: 'a2' })).reason).to.equal('a2');
    expect((await failed({ error: 'c', error_message: 'b' })).reason).to.equal('b');
  });

  it('says only that it failed when the platform does not say why', async () => {
    const error = await failed({});
    expect([error.message, error.reason]).to.deep.equal(['Operation failed', '']);
  });

  it('has the platform’s code and its whole response', async () => {
    const error = await failed({ error: 'e', statusCode: 500, custom: 1 });
    expect([error.code, (error.result as { raw: unknown }).raw]).to.deep.equal([
      500,
      { status: 'FAILED', error: 'e', statusCode: 500, custom: 1 },
    ]);
    expect((await failed({ error: 'e' })).code).to.equal('FAILED');
  });
});
