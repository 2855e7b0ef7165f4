import { expect } from 'chai';
import type { BlockHandler } from '../../../src/local/engine/types.js';
import { isSmall } from '../../../src/local/executions/small-graphs.js';
import { moduleHandler } from '../../../src/local/isolation/handlers.js';
import { checkLimits } from '../../../src/local/isolation/limits.js';
import { ProcessPool } from '../../../src/local/isolation/pool.js';
import { throughBlock } from '../support/platform.js';

const handler: BlockHandler = () => 1;
const module = moduleHandler('mine', 'file:///mine.js', new ProcessPool(checkLimits()), 60);
const small = (configuration: object, input: unknown = {}, handlers: [string, BlockHandler][] = []) =>
  isSmall(JSON.stringify(configuration), JSON.stringify(input), new Map(handlers));

describe('A graph that runs without a child process', () => {
  it('passes small values on, or to handlers of this process', () => {
    expect(small(throughBlock('identity'))).to.equal(true);
    expect(small(throughBlock('mine'), {}, [['mine', handler]])).to.equal(true);
    expect(small(throughBlock('transform'), {}, [['transform', handler]])).to.equal(true);
  });

  it('has no block that can take long, or whose result can be of any size', () => {
    for (const type of ['transform', 'string_template', 'zip', 'map', 'dataset', 'llm', 'unknown'])
      expect(small(throughBlock(type)), type).to.equal(false);
    expect(small(throughBlock('mine'), {}, [['mine', module]])).to.equal(false);
  });

  it('has no big input, no pattern, no reference and no port that collects values', () => {
    const { blocks, connections, ...rest } = throughBlock('identity');
    const withSchema = (json_schema: object) => ({
      ...rest,
      connections,
      blocks: { ...blocks, given: { id: 'given', type: 'input', config: { json_schema } } },
    });
    expect(small(throughBlock('identity'), { given: 'x'.repeat(20_000) })).to.equal(false);
    expect(small(withSchema({ type: 'string' }))).to.equal(true);
    expect(small(withSchema({ type: 'string', pattern: '^(a+)+$' }))).to.equal(false);
    expect(small(withSchema({ patternProperties: {} }))).to.equal(false);
    expect(small(withSchema({ properties: { a: { $ref: '#' } } }))).to.equal(false);
    const twice = [...connections, { source_block_id: 'given', source_port: 'data', target_block_id: 'result', target_port: 'data' }];
    expect(small({ ...rest, blocks, connections: twice })).to.equal(false);
  });

  it('has one short template of plain names at most', () => {
    const templated = (template: string) => throughBlock('string_template', { template });
    expect(small(templated('Dear {{ name }}, {{first-name}}!'), { given: 'x' })).to.equal(true);
    expect(small(templated('{{ name }}'), { given: 'x'.repeat(5000) })).to.equal(false);
    for (const template of ['{{ upper(name) }}', '{{ list[0] }}', "{{ '{{' }}", '{{ name'])
      expect(small(templated(template)), template).to.equal(false);
    const { blocks, ...rest } = templated('{{ a }}');
    const two = { ...blocks, more: { id: 'more', type: 'string_template', config: { template: '{{ a }}' } } };
    expect(small({ ...rest, blocks: two })).to.equal(false);
    expect(small({ ...rest, blocks: { ...blocks, mine: { id: 'mine', type: 'mine', config: {} } } }, {}, [['mine', handler]])).to.equal(
      false,
    );
  });

  it('validates no output of a handler', () => {
    const { blocks, ...rest } = throughBlock('mine');
    const checked = { ...rest, blocks: { ...blocks, result: { id: 'result', type: 'output', config: { json_schema: {} } } } };
    expect(small(checked, {}, [['mine', handler]])).to.equal(false);
  });
});
