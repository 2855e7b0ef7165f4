import { expect } from 'chai';
import nock from 'nock';
import { UnprocessableEntityError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { connect, origin, Widget, withoutNetwork } from '../../support/widgets.js';

describe('a response with status 422', () => {
  withoutNetwork();

  it('carries a list of fields', async () => {
    const api = connect();
    nock(origin)
      .patch('/widgets/w1')
      .reply(422, { message: 'no', details: [{ field: 'name', message: 'is short' }] });
    const error = await failure<UnprocessableEntityError>(api.bind(Widget).fromDict({ id: 'w1', name: 'a' }).save({ name: '' }));
    expect(error).to.be.instanceOf(UnprocessableEntityError);
    expect(error.details).to.deep.equal([{ field: 'name', message: 'is short' }]);
    await api.close();
  });
});
