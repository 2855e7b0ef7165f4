import { expect } from 'chai';
import { schemaProblems } from '../../../../src/local/engine/values/json-schema.js';
import { failure } from '../../../support/failure.js';

describe('holding a value against a JSON Schema', () => {
  it('says everything that is wrong, and where', async () => {
    const schema = { type: 'object', required: ['a'], properties: { b: { type: 'integer' } } };
    expect(await schemaProblems(schema, { a: 1, b: 2 })).to.deep.equal([]);
    expect(await schemaProblems(schema, { b: 'x' })).to.have.members([`'{"b":"x"}' must have required property 'a'`, '/b must be integer']);
  });

  it('does not take schemas of one name for each other, however often they are used', async () => {
    for (let round = 0; round < 2; round++) {
      for (let limit = 0; limit < 40; limit++) {
        const schema = { $id: 'limited', type: 'integer', maximum: limit };
        expect(await schemaProblems(schema, limit)).to.deep.equal([]);
        expect(await schemaProblems(schema, limit + 1)).to.have.length(1);
      }
    }
  });

  it('refuses what is no schema, the second time too', async () => {
    for (let time = 0; time < 2; time++) {
      expect((await failure(schemaProblems({ type: 'no such type' }, 1))).message).to.contain('is not a JSON Schema');
    }
  });
});
