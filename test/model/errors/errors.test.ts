import { expect } from 'chai';
import {
  APIError,
  ConfigurationError,
  FileUploadError,
  OperationFailedError,
  OperationTimeoutError,
  RemoteRecordError,
  ResourceError,
  TimeoutError,
  ValidationError,
} from '../../../src/index.js';

describe('the errors of the package', () => {
  it('are all one family, below Error, each with its name', () => {
    const all = [
      new APIError('m', { status: 500 }),
      new ValidationError('m'),
      new TimeoutError('m'),
      new FileUploadError('m', { step: 'put' }),
      new OperationFailedError('m', { result: null, reason: 'm' }),
      new OperationTimeoutError('m', {}),
      new ConfigurationError('m'),
    ];
    for (const error of all) {
      expect(error).to.be.instanceOf(ResourceError).and.be.instanceOf(RemoteRecordError).and.be.instanceOf(Error);
      expect([error.message, error.name]).to.deep.equal(['m', error.constructor.name]);
    }
  });

  it('carry what belongs to them', () => {
    const api = new APIError('m', { status: 422, code: 'c', details: [1], body: { a: 1 } });
    expect([api.status, api.code, api.details, api.body]).to.deep.equal([422, 'c', [1], { a: 1 }]);
    expect(new ValidationError('m').details).to.deep.equal([]);
    expect(new ValidationError('m', { details: [{ field: 'f', message: 'x' }] }).details).to.deep.equal([{ field: 'f', message: 'x' }]);
  });
});
