import { expect } from 'chai';
import { validateConfiguration } from '../../../../src/local/engine/index.js';
import { patternProblems, schemaProblems } from '../../../../src/local/engine/values/json-schema.js';
import { failure } from '../../../support/failure.js';
import { pipeline } from '../support/engine.js';

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

  it('runs patterns in linear time', async () => {
    const schema = { properties: { a: { pattern: '^(a+)+$' } }, patternProperties: { '^(b+)+$': { type: 'integer' } } };
    expect(await schemaProblems(schema, { a: `${'a'.repeat(5000)}!`, [`${'b'.repeat(5000)}!`]: 'x', bb: 'x' })).to.deep.equal([
      '/a must match pattern "^(a+)+$"',
      '/bb must be integer',
    ]);
  });

  it('names the patterns that have none, wherever they are', () => {
    const lookahead = { type: 'string', pattern: '(?=a)' };
    for (const schema of [
      lookahead,
      { properties: { pattern: lookahead } },
      { anyOf: [{ items: lookahead }] },
      { patternProperties: { '(?=a)': {} } },
    ])
      expect(patternProblems(schema), JSON.stringify(schema)).to.have.length(1);
    expect(patternProblems({ default: lookahead, properties: { pattern: { const: '(?=a)' } }, pattern: '^a$' })).to.deep.equal([]);
    const configuration = pipeline({ n: ['input', { json_schema: lookahead }], out: ['output'] }, 'n -> out');
    expect(validateConfiguration(configuration).errors[0]?.message).to.include(
      "json_schema: the pattern '(?=a)' is not a regular expression",
    );
  });

  it('refuses what is no schema, the second time too', async () => {
    for (let time = 0; time < 2; time++) {
      expect((await failure(schemaProblems({ type: 'no such type' }, 1))).message).to.contain('is not a JSON Schema');
    }
  });
});
