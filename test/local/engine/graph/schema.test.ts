import { Ajv } from 'ajv';
import { expect } from 'chai';
import { configurationSchema, publishedConfiguration } from '../../../../src/local/engine/index.js';
import { pipeline } from '../support/engine.js';

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

describe('publishedConfiguration', () => {
  const problems = (configuration: unknown) =>
    publishedConfiguration.safeParse(configuration).error?.issues.map(({ path }) => path.join('.')) ?? [];

  it('names what is out of its limits, by its path', () => {
    const blocks = {
      a: ['llm', { provider: 'openai', temperature: 3 }],
      b: ['semantic_filter', { top_k: 0 }],
      c: ['join', { joins: [{}] }],
    } as const;
    expect(problems(pipeline(blocks))).to.deep.equal([
      'blocks.a.config.temperature',
      'blocks.b.config.top_k',
      'blocks.c.config.base_dataset',
      'blocks.c.config.joins.0.dataset',
      'blocks.c.config.joins.0.left_key',
      'blocks.c.config.joins.0.right_key',
      'blocks.c.config.output_columns',
    ]);
    expect(problems({ id: 'p', name: 'n' })).to.deep.equal(['blocks']);
  });

  it('lets unknown types, broken graphs and what the platform does not publish pass, as they came', () => {
    const configuration = {
      ...pipeline({ a: ['mystery', { x: 1 }], t: ['transform', { operations: [{ type: 'shuffle' }] }] }, 'a -> nowhere'),
      extra: true,
    };
    expect(publishedConfiguration.parse(configuration)).to.deep.equal(configuration);
    const bare = { id: 'p', name: 'n', blocks: { o: { id: 'o', type: 'output', config: {} } } };
    expect(publishedConfiguration.parse(bare)).to.deep.equal(bare);
  });
});
