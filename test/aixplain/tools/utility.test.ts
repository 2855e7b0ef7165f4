import { expect } from 'chai';
import nock from 'nock';
import { ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { withoutNetwork } from '../../support/widgets.js';
import { backend, body, connect, done, fieldsOf } from '../support/platform.js';
import { takesUpload } from '../support/uploads.js';

describe('a utility', () => {
  withoutNetwork();
  const code = 'def main(a: int):\n  return a + 1\n';

  it('is created with its code uploaded, run, read as models are, and deleted', async () => {
    const { Utility } = connect();
    takesUpload('k', code);
    const sent = {
      id: null,
      name: 'Add',
      description: 'Adds one to a number',
      path: null,
      code: 's3://b/k',
      inputs: [{ name: 'a', type: 'number', description: '' }],
      utility_id: 'custom_python_code',
    };
    nock(backend)
      .post('/sdk/utilities', body(sent))
      .reply(201, { ...sent, id: 'u1', status: 'onboarded' });
    const utility = await Utility.create({
      name: 'Add',
      description: 'Adds one to a number',
      code,
      inputs: [{ name: 'a', type: 'number' }],
    });
    expect([utility.id, utility.code, utility.status]).to.deep.equal(['u1', 's3://b/k', 'onboarded']);
    nock(backend)
      .post('/sdk/utilities/u1/run', body({ data: 1 }))
      .reply(200, { ...done, data: 2 });
    expect((await utility.run({ data: 1 })).data).to.equal(2);
    nock(backend).get('/sdk/models/u1').reply(200, { id: 'u1', name: 'Add' });
    const fetched = await Utility.get('u1');
    expect([fetched.name, fetched instanceof Utility]).to.deep.equal(['Add', true]);
    nock(backend).post('/sdk/utilities/paginate', { pageNumber: 0, pageSize: 20 }).reply(200, { results: [], total: 0 });
    await Utility.search();
    nock(backend).delete('/sdk/utilities/u1').reply(200, {});
    await utility.delete();
  });

  it('checks the types of its inputs before it is run', async () => {
    const { Utility } = connect();
    const inputs = [
      { name: 'a', type: 'number' },
      { name: 'b', type: 'boolean' },
      { name: 'c', type: 'text' },
    ];
    const utility = Utility.fromDict({ id: 'u1', name: 'Add', inputs }) as InstanceType<typeof Utility>;
    const error = await failure(utility.run({ data: { a: '1', b: 'yes', c: 'x', other: 1 } }), ValidationError);
    expect(error.details).to.deep.equal([
      { field: 'a', message: 'must be number, not text' },
      { field: 'b', message: 'must be boolean, not text' },
    ]);
    nock(backend)
      .post('/sdk/utilities/u1/run', body({ data: { a: 1, b: true, other: 1 } }))
      .reply(200, { ...done, data: 2 });
    expect((await utility.run({ data: { a: 1, b: true, other: 1 } })).data).to.equal(2);
  });

  it('is refused without name, description and code', async () => {
    const error = await failure(connect().Utility.create({ description: 'too short', inputs: [{ name: '', type: 'text' }] }));
    expect(fieldsOf(error)).to.deep.equal(['name', 'description', 'code', 'inputs']);
  });
});
