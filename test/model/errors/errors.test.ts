import { expect } from 'chai';
import {
  AfterHookError,
  APIError,
  AuthenticationError,
  BadRequestError,
  ConfigurationError,
  ConflictError,
  FileUploadError,
  NotFoundError,
  OperationFailedError,
  OperationTimeoutError,
  PermissionDeniedError,
  RateLimitError,
  RemoteRecordError,
  ResourceError,
  ServerError,
  TimeoutError,
  UnprocessableEntityError,
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

  it('can be made with a message alone, as tests of code that catches them do', () => {
    const statuses: [new (message: string, options?: { status: number }) => APIError, number][] = [
      [BadRequestError, 400],
      [AuthenticationError, 401],
      [PermissionDeniedError, 403],
      [NotFoundError, 404],
      [ConflictError, 409],
      [UnprocessableEntityError, 422],
      [RateLimitError, 429],
      [ServerError, 500],
      [APIError, 500],
    ];
    for (const [ErrorClass, status] of statuses) {
      expect(new ErrorClass('m')).to.include({ message: 'm', status });
      expect(new ErrorClass('m', { status: 418 }).status).to.equal(418);
    }
    expect(new OperationFailedError('m')).to.include({ reason: '', result: undefined });
    expect(new OperationTimeoutError('m').token).to.equal(undefined);
    expect(new AfterHookError('m').result).to.equal(undefined);
    expect(new FileUploadError('m').step).to.equal('put');
  });

  it('carry what belongs to them', () => {
    const api = new APIError('m', { status: 422, code: 'c', details: [1], body: { a: 1 } });
    expect([api.status, api.code, api.details, api.body]).to.deep.equal([422, 'c', [1], { a: 1 }]);
    expect(new ValidationError('m').details).to.deep.equal([]);
    expect(new ValidationError('m', { details: [{ field: 'f', message: 'x' }] }).details).to.deep.equal([{ field: 'f', message: 'x' }]);
  });
});
