import { expect } from 'chai';
import { validateConfiguration } from '../../../../src/local/engine/index.js';
import type { PipelineConfiguration, ValidationResult } from '../../../../src/local/engine/types.js';
import { pipeline } from '../support/engine.js';

const valid = pipeline(
  { question: ['input', { json_schema: { type: 'string' } }], answer: ['output', { name: 'reply' }] },
  'question -> answer',
);

const problems = ({ errors }: ValidationResult) =>
  errors.map((error) => [error.type === 'block_type_error' ? error.blockId : error.connectionId, error.errorType]);

describe('validateConfiguration', () => {
  it('finds nothing wrong with an echo and tells its schemas', () => {
    expect(validateConfiguration(valid)).to.deep.equal({
      valid: true,
      errors: [],
      warnings: [],
      inputSchema: { type: 'object', properties: { question: { type: 'string' } }, required: ['question'] },
      outputSchema: { type: 'object', properties: { reply: {} }, required: ['reply'] },
    });
  });

  it('does not require an input that has a default, and shows an output’s own schema', () => {
    const configuration = pipeline(
      { n: ['input', { json_schema: { type: 'integer', default: 3 } }], out: ['output', { json_schema: { type: 'integer' } }] },
      'n -> out',
    );
    const { inputSchema, outputSchema } = validateConfiguration(configuration);
    expect(inputSchema).to.deep.include({ required: [] });
    expect(outputSchema).to.deep.equal({ type: 'object', properties: { output: { type: 'integer' } }, required: ['output'] });
  });

  it('reports a connection to an unknown block with all six names', () => {
    const { valid: isValid, errors } = validateConfiguration(pipeline({ a: ['constant'], out: ['output'] }, 'a -> out', 'a -> nowhere.in'));
    expect(isValid).to.equal(false);
    expect(errors).to.deep.equal([
      {
        type: 'connection_error',
        connectionId: 'a.data->nowhere.in',
        sourceBlockId: 'a',
        sourcePort: 'data',
        targetBlockId: 'nowhere',
        targetPort: 'in',
        errorType: 'unknown_target_block',
        message: "there is no block 'nowhere'; the blocks are 'a', 'out'",
      },
    ]);
  });

  it('reports a connection from an unknown block', () => {
    expect(problems(validateConfiguration(pipeline({ a: ['constant'], out: ['output'] }, 'a -> out', 'ghost -> out')))).to.deep.equal([
      ['ghost.data->out.data', 'unknown_source_block'],
    ]);
  });

  it('reports missing config apart from wrong config', () => {
    const blocks = {
      d: ['dataset'],
      ask: ['constant'],
      l: ['llm', { provider: 'openai', temperature: 3 }],
      s: ['semantic_filter', { top_k: 0 }],
      out: ['output'],
    } as const;
    const result = validateConfiguration(pipeline(blocks, 'd -> s', 'ask -> s.query', 'ask -> l.messages', 's -> out'));
    expect(problems(result)).to.deep.equal([
      ['d', 'missing_config'],
      ['l', 'invalid_config'],
      ['s', 'invalid_config'],
    ]);
    expect(result.errors[0]).to.include({ type: 'block_type_error', blockType: 'dataset' });
    expect(result.errors[1]!.message).to.include('temperature');
  });

  it('reports an unknown type unless it has a handler', () => {
    const configuration = pipeline({ v: ['legal_variance_determination'], out: ['output'] }, 'v.results -> out');
    expect(problems(validateConfiguration(configuration))).to.deep.equal([['v', 'unknown_block_type']]);
    expect(validateConfiguration(configuration, { knownTypes: ['legal_variance_determination'] })).to.include({ valid: true });
  });

  it('reports a port that needs a connection, naming it', () => {
    const { errors } = validateConfiguration(pipeline({ a: ['constant'], out: ['output'] }));
    expect(errors).to.deep.equal([
      {
        type: 'block_type_error',
        blockId: 'out',
        blockType: 'output',
        errorType: 'unconnected_port',
        message: "nothing is connected to its port 'data'; connect a block to it",
        portName: 'data',
        sourceBlockId: null,
        sourcePort: null,
      },
    ]);
  });

  it('only warns of ports that a known block does not have', () => {
    const result = validateConfiguration(pipeline({ a: ['constant'], out: ['output'] }, 'a -> out', 'a.value -> out.extra'));
    expect(result.valid).to.equal(true);
    expect(result.warnings.map(({ errorType, message }) => [errorType, message])).to.deep.equal([
      ['unknown_source_port', "'a' (constant) has no output port 'value', only 'data'"],
      ['unknown_target_port', "'out' (output) has no input port 'extra', only 'data'"],
    ]);
  });

  it('takes ports of any name on templates, zip and handlers', () => {
    const blocks = {
      a: ['constant'],
      t: ['string_template', { template: '{{ name }}' }],
      z: ['zip'],
      h: ['custom'],
      out: ['output'],
    } as const;
    const configuration = pipeline(blocks, 'a -> t.name', 't -> z.left', 'a -> z.right', 'z -> h.anything', 'h.results -> out');
    expect(validateConfiguration(configuration, { knownTypes: ['custom'] })).to.deep.include({ valid: true, warnings: [] });
  });

  it('reports kinds that do not go together', () => {
    const result = validateConfiguration(
      pipeline({ f: ['file', { file_id: 'f' }], t: ['transform', { operations: [] }], out: ['output'] }, 'f -> t', 't -> out'),
    );
    expect(problems(result)).to.deep.equal([['f.data->t.data', 'type_mismatch']]);
    expect(result.errors[0]!.message).to.equal("'f' (file) gives file, but 't' (transform) takes rows, list, text, any on 'data'");
  });

  it('reports a connection that is there twice', () => {
    expect(problems(validateConfiguration(pipeline({ a: ['constant'], out: ['output'] }, 'a -> out', 'a -> out')))).to.deep.equal([
      ['a.data->out.data', 'duplicate_connection'],
    ]);
  });

  it('reports a circle once, with the way it takes', () => {
    const result = validateConfiguration(
      pipeline({ a: ['identity'], b: ['identity'], c: ['identity'], out: ['output'] }, 'a -> b', 'b -> c', 'c -> b', 'c -> out', 'a -> a'),
    );
    const circles = result.errors.filter((error) => error.errorType === 'cycle').map((error) => error.message);
    expect(circles).to.deep.equal([
      'the blocks form a cycle: b -> c -> b; remove one of these connections',
      'the blocks form a cycle: a -> a; remove one of these connections',
    ]);
  });

  it('finds no circle where two ways lead to one block', () => {
    const configuration = pipeline(
      { a: ['constant'], b: ['identity'], c: ['identity'], z: ['zip'], out: ['output'] },
      'a -> b',
      'a -> c',
      'b -> z.b',
      'c -> z.c',
      'z -> out',
    );
    expect(validateConfiguration(configuration)).to.include({ valid: true });
  });

  it('reports ids that are there twice and keys that are another block’s id', () => {
    const configuration = pipeline({ a: ['constant'], b: ['constant'], out: ['output'] }, 'a -> out');
    configuration.blocks = {
      x: { ...configuration.blocks.a!, id: 'a' },
      y: { ...configuration.blocks.a!, id: 'a' },
      out: configuration.blocks.out!,
    };
    expect(problems(validateConfiguration(configuration))).to.deep.equal([['a', 'duplicate_id']]);
    configuration.blocks = {
      a: { id: 'b', type: 'constant', config: {} },
      c: { id: 'a', type: 'constant', config: {} },
      out: configuration.blocks.out!,
    };
    expect(problems(validateConfiguration(configuration))).to.deep.equal([['b', 'id_mismatch']]);
  });

  it('reports two outputs of one name', () => {
    const result = validateConfiguration(
      pipeline({ a: ['constant'], x: ['output'], y: ['output', { name: 'output' }] }, 'a -> x', 'a -> y'),
    );
    expect(problems(result)).to.deep.equal([['y', 'invalid_config']]);
    expect(result.errors[0]!.message).to.include("the same name 'output' as that of 'x'");
  });

  it('reports a configuration without blocks that bring data in or take it out', () => {
    expect(problems(validateConfiguration({ id: 'p', name: 'Empty', blocks: {} }))).to.deep.equal([
      ['', 'missing_input_block'],
      ['', 'missing_output_block'],
    ]);
  });

  it('survives anything at all, and says where it is wrong', () => {
    for (const nonsense of [null, undefined, 7, 'text', [], {}, { blocks: 1 }, { id: 'p', name: 'n', blocks: { a: null } }]) {
      const result = validateConfiguration(nonsense);
      expect(result).to.deep.include({ valid: false, inputSchema: null, outputSchema: null });
      expect(result.errors).not.to.deep.equal([]);
    }
    const { errors } = validateConfiguration({ id: 'p', name: 'n', blocks: { a: { id: 'a', type: 'constant' } } });
    expect(errors).to.have.length(1);
    expect(errors[0]).to.include({ blockId: 'a', blockType: 'constant', errorType: 'invalid_config' });
    expect(errors[0]!.message).to.match(/^blocks\.a\.config: /);
  });

  it('leaves keys it does not know alone', () => {
    const configuration: PipelineConfiguration = { ...structuredClone(valid), pipeline_config: { max_concurrent_tasks: 3 } };
    configuration.blocks.question!.name = 'The question';
    expect(validateConfiguration(configuration)).to.include({ valid: true });
  });
});
