import { expect } from 'chai';
import { failure, pipeline, run, runBlock } from '../support/engine.js';

const inputs = (json_schema: Record<string, unknown>) => pipeline({ n: ['input', { json_schema }], out: ['output'] }, 'n -> out');

describe('the constant block', () => {
  it('gives its value, null by default', async () => {
    expect(await runBlock('constant', { config_value: { a: [1, null] } })).to.deep.equal({ a: [1, null] });
    expect(await runBlock('constant', {})).to.equal(null);
    expect(await runBlock('constant', { config_value: false })).to.equal(false);
  });
});

describe('the input block', () => {
  it('takes null, false and empty text as given', async () => {
    for (const value of [null, false, '']) expect(await run(inputs({}), { n: value })).to.deep.equal({ output: value });
  });

  it('falls back to the schema’s default, also when that is null', async () => {
    expect(await run(inputs({ default: 5 }))).to.deep.equal({ output: 5 });
    expect(await run(inputs({ default: null }))).to.deep.equal({ output: null });
    expect(await run(inputs({ default: 5 }), { n: 6 })).to.deep.equal({ output: 6 });
  });

  it('says which key is missing and which there are', async () => {
    expect((await failure(run(inputs({}), { m: 1 }))).message).to.equal(
      "Block 'n' (input): the run has no input for it; add the key 'n' to pipelineInput (its keys: 'm')",
    );
    expect((await failure(run(inputs({})))).message).to.include('(its keys: none)');
  });

  it('refuses what does not fit its schema, with all reasons', async () => {
    const schema = { type: 'object', required: ['a'], properties: { b: { type: 'integer' } } };
    expect((await failure(run(inputs(schema), { n: { b: 'x' } }))).message).to.equal(
      "Block 'n' (input): its input does not match json_schema: '{\"b\":\"x\"}' must have required property 'a'; /b must be integer",
    );
  });

  it('knows lists, definitions, conditions and formats of ids', async () => {
    const ids = { type: 'array', items: { $ref: '#/$defs/id' }, uniqueItems: true, $defs: { id: { type: 'string', format: 'dataset' } } };
    expect(await run(inputs({ ...ids, $schema: 'https://json-schema.org/draft/2020-12/schema' }), { n: ['a', 'b'] })).to.deep.equal({
      output: ['a', 'b'],
    });
    expect((await failure(run(inputs(ids), { n: ['a', 'a'] }))).message).to.include('duplicate items');
    expect((await failure(run(inputs({ not: { type: 'string' } }), { n: 'x' }))).message).to.include('must NOT be valid');
  });

  it('says when the schema is not one', async () => {
    expect((await failure(run(inputs({ type: 'bogus' }), { n: 1 }))).message).to.include(
      "Block 'n' (input): its json_schema is not a JSON Schema: ",
    );
  });
});

describe('the output block', () => {
  it('writes as JSON what JSON has no word for', async () => {
    const value = () => ({ gone: undefined, list: [undefined], date: new Date(0) });
    const configuration = pipeline({ v: ['v'], out: ['output'] }, 'v -> out');
    expect(await run(configuration, {}, { handlers: { v: value } })).to.deep.equal({
      output: { list: [null], date: '1970-01-01T00:00:00.000Z' },
    });
  });

  it('refuses a number that JSON does not have', async () => {
    const configuration = pipeline({ v: ['v'], out: ['output'] }, 'v -> out');
    const error = await failure(run(configuration, {}, { handlers: { v: () => [{ n: Number.POSITIVE_INFINITY }] } }));
    expect(error.message).to.include("Block 'out' (output): the number Infinity cannot be a result");
  });

  it('refuses a function', async () => {
    const configuration = pipeline({ v: ['v'], out: ['output'] }, 'v -> out');
    const error = await failure(run(configuration, {}, { handlers: { v: () => () => 1 } }));
    expect(error.message).to.match(/^Block 'out' \(output\): a function \('\(\) => 1'\) cannot be a result/);
  });

  it('reads rows nested in a value to the end', async () => {
    const configuration = pipeline(
      { a: ['dataset', { dataset_id: 'd' }], b: ['constant', { config_value: 1 }], out: ['output'] },
      'a -> out',
      'b -> out',
    );
    expect(await run(configuration, {}, { datasets: { d: [{ x: 1 }, { x: 2 }] } })).to.deep.equal({ output: [[{ x: 1 }, { x: 2 }], 1] });
  });

  it('refuses what does not fit its schema', async () => {
    const configuration = pipeline(
      { a: ['constant', { config_value: 'x' }], out: ['output', { json_schema: { type: 'integer' } }] },
      'a -> out',
    );
    expect((await failure(run(configuration))).message).to.equal(
      "Block 'out' (output): its input does not match json_schema: 'x' must be integer",
    );
  });
});

describe('the identity block', () => {
  it('passes on what arrives', async () => {
    expect(await runBlock('identity', {}, { data: [1, { a: 2 }] })).to.deep.equal([1, { a: 2 }]);
  });
});

describe('the artifact block', () => {
  it('gives the data a name and what is configured', async () => {
    expect(await runBlock('artifact', {}, { data: 1 })).to.deep.equal({ name: 'artifact', description: null, json_schema: null, data: 1 });
    const config = { name: 'total', description: 'The sum', json_schema: { type: 'integer' } };
    expect(await runBlock('artifact', config, { data: 1 })).to.deep.equal({ ...config, data: 1 });
  });

  it('gives only the data without metadata', async () => {
    expect(await runBlock('artifact', { include_metadata: false }, { data: { a: 1 } })).to.deep.equal({ a: 1 });
  });

  it('refuses data that does not fit its schema', async () => {
    expect((await failure(runBlock('artifact', { json_schema: { type: 'string' } }, { data: 1 }))).message).to.equal(
      "Block 'it' (artifact): its input does not match json_schema: '1' must be string",
    );
  });
});
