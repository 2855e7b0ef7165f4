import { expect } from 'chai';
import { z } from 'zod';
import { ConfigurationError, type StandardSchema, ValidationError } from '../../../src/index.js';
import { validated } from '../../../src/vendor.js';
import { failure } from '../../support/failure.js';

describe('a value that a schema validates', () => {
  const schema = z.object({ list: z.array(z.object({ n: z.number() })), on: z.boolean().default(true) });

  it('is what the schema returns', async () => {
    const value = await validated(schema, { list: [{ n: 1 }], more: 2 }, 'the value');
    expect(value).to.deep.equal({ list: [{ n: 1 }], on: true });
    expect(value.list[0]?.n.toFixed(1)).to.equal('1.0');
  });

  it('is refused with a detail for each problem, named by its path', async () => {
    const error = await failure(validated(schema, { list: [{ n: 'x' }], on: 1 }, 'the value'), ValidationError);
    expect(error.details.map(({ field }) => field)).to.deep.equal(['list.0.n', 'on']);
    expect(error.message).to.match(/^the value does not fit the schema: list\.0\.n: /);
  });

  it('may be validated by any implementation, also an asynchronous one', async () => {
    const own: StandardSchema<number> = {
      '~standard': {
        version: 1,
        vendor: 'own',
        validate: async (value) =>
          typeof value === 'number' ? { value } : { issues: [{ message: 'no', path: [{ key: 'a' }] }, { message: 'odd' }] },
      },
    };
    expect(await validated(own, 3, 'x')).to.equal(3);
    const error = await failure(validated(own, 'y', 'x'), ValidationError);
    expect([error.details, error.message]).to.deep.equal([
      [
        { field: 'a', message: 'no' },
        { field: '', message: 'odd' },
      ],
      'x does not fit the schema: a: no; odd.',
    ]);
  });

  it('needs a validator', async () => {
    for (const odd of [{}, null, 'text', { '~standard': {} }])
      expect(await failure(validated(odd as never, 1, 'x'))).to.be.instanceOf(ConfigurationError);
  });
});
