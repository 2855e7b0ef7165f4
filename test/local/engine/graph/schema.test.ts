import { Ajv } from 'ajv';
import { expect } from 'chai';
import { configurationSchema } from '../../../../src/local/engine/index.js';
import { pipeline } from '../support.js';

describe('configurationSchema', () => {
  const validate = new Ajv({ strict: false }).compile(configurationSchema());

  it('is a draft 7 schema with the nineteen block types', () => {
    expect(configurationSchema().$schema).to.equal('http://json-schema.org/draft-07/schema#');
    const types = JSON.stringify(configurationSchema()).match(/"const":"\w+"/g);
    expect(types).to.have.length(19);
  });

  it('accepts a configuration with unknown keys and left-out defaults', () => {
    expect(validate({ ...pipeline({ a: ['constant'], out: ['output', { extra: 1 }] }, 'a -> out'), pipeline_config: {} })).to.equal(true);
    expect(validate({ id: 'p', name: 'n', blocks: {} })).to.equal(true);
  });

  it('refuses an unknown type, missing config and a number out of its limits', () => {
    expect(validate(pipeline({ a: ['nonsense'] }))).to.equal(false);
    expect(validate(pipeline({ a: ['dataset'] }))).to.equal(false);
    expect(validate(pipeline({ a: ['llm', { provider: 'openai', temperature: 3 }] }))).to.equal(false);
    expect(validate(pipeline({ a: ['llm', { provider: 'openai', temperature: 2 }] }))).to.equal(true);
  });
});
