import { expect } from 'chai';
import nock from 'nock';
import {
  APIError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  NotFoundError,
  PermissionDeniedError,
  RemoteRecordError,
  ResourceError,
  ServerError,
  UnprocessableEntityError,
} from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { connect, onTheWire, origin } from '../support/connect.js';

const nested = {
  error: {
    code: 'NOT_FOUND',
    message: 'There is no such dataset.',
    timestamp: '2024-01-15T10:00:00.000Z',
    path: '/datasets/d1',
    requestId: 'req-7',
  },
};

async function answered(status: number, body: nock.Body): Promise<APIError> {
  nock(origin).get('/datasets/d1').reply(status, body);
  return failure<APIError>(connect().Dataset.get('d1'));
}

describe('an error of Moderately', () => {
  onTheWire();

  it('has what a nested body says: code, message, path, time and request', async () => {
    const error = await answered(404, nested);
    expect(error).to.be.instanceOf(NotFoundError);
    expect(error).to.include({ status: 404, code: 'NOT_FOUND', requestId: 'req-7' });
    expect(error.message).to.contain('There is no such dataset.');
    expect((error.body as typeof nested).error).to.include({ path: '/datasets/d1', timestamp: '2024-01-15T10:00:00.000Z' });
  });

  it('has what a flat body says', async () => {
    const error = await answered(400, { message: 'Wrong.', details: [{ field: 'name', message: 'is taken' }] });
    expect(error.message).to.contain('Wrong.');
    expect(error.details).to.deep.equal([{ field: 'name', message: 'is taken' }]);
  });

  it('has status and text of a body that is no JSON', async () => {
    expect((await answered(502, 'bad gateway here')).message)
      .to.contain('502')
      .and.contain('bad gateway here');
  });

  it('survives bodies that are lists, null or empty', async () => {
    for (const body of ['[1,2]', 'null', '']) expect((await answered(500, body)).status).to.equal(500);
  });

  it('lists the fields that were refused', async () => {
    const details = [
      { field: 'name', message: 'is required' },
      { field: 'teamId', message: 'is unknown' },
    ];
    const error = await answered(400, { error: { code: 'VALIDATION_ERROR', message: 'Invalid.', timestamp: '', details } });
    expect(error).to.be.instanceOf(BadRequestError);
    expect(error.message).to.contain('name: is required').and.contain('teamId: is unknown');
  });

  it('is of the same class when it refuses without details', async () => {
    expect(await answered(400, { error: { message: 'No.' } })).to.be.instanceOf(BadRequestError);
  });

  for (const [status, type] of [
    [401, AuthenticationError],
    [403, PermissionDeniedError],
    [409, ConflictError],
    [422, UnprocessableEntityError],
    [500, ServerError],
  ] as const) {
    it(`is a ${type.name} for ${status}, and one of all its parents`, async () => {
      const error = await answered(status, nested);
      for (const each of [type, APIError, ResourceError, RemoteRecordError]) expect(error).to.be.instanceOf(each);
      expect(error.status).to.equal(status);
    });
  }

  it('says its status and its request when it is printed', async () => {
    expect(String(await answered(409, nested)))
      .to.contain('409')
      .and.contain('req-7');
  });

  it('leaves a record dirty and unsaved when a save is refused', async () => {
    nock(origin)
      .post('/datasets')
      .reply(409, { error: { code: 'CONFLICT', message: 'The name is taken.' } });
    const mai = connect();
    const dataset = new mai.Dataset({ name: 'Airports' });
    expect(await failure(dataset.save())).to.be.instanceOf(ConflictError);
    expect([dataset.isNew, dataset.isModified, dataset.id]).to.deep.equal([true, true, null]);
  });
});
