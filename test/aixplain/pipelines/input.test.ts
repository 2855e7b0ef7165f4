import { expect } from 'chai';
import { encodeInput } from '../../../src/aixplain/index.js';
import { type AssetContent, encodeDataAssets } from '../../../src/aixplain/pipelines/input.js';
import { ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';

describe('the input of a pipeline', () => {
  it('is one value for all inputs when it is a text', () => {
    for (const text of ['hello', '', 'https://host.test/a.mp3', 's3://bucket/key', '{not json', '[1', ' a ']) {
      expect(encodeInput(text)).to.deep.equal({ data: text });
    }
  });

  it('keeps texts that look like numbers, truth values, null or quoted texts letter by letter', () => {
    for (const text of ['123', '1.10', '1e5', 'true', 'NaN', 'null', '"inner"', '0xff', '-0']) {
      expect(encodeInput(text)).to.deep.equal({ data: text });
    }
  });

  it('is the body itself when it is the text of a JSON object', () => {
    expect(encodeInput(' {"data":[{"value":1,"nodeId":"A"}],"x":2}')).to.deep.equal({ data: [{ value: 1, nodeId: 'A' }], x: 2 });
  });

  it('is a list when it is one, or the text of one', () => {
    expect(encodeInput('[1,"2"]')).to.deep.equal({ data: [1, '2'] });
    expect(encodeInput([1, '2'])).to.deep.equal({ data: [1, '2'] });
    expect(encodeInput(5)).to.deep.equal({ data: 5 });
    expect(encodeInput(null)).to.deep.equal({ data: null });
  });

  it('is values by label when it is an object, in order, and the object stays as it was', () => {
    const mine = { Second: 'b', First: { deep: [1] } };
    const before = structuredClone(mine);
    const expected = {
      data: [
        { value: 'b', nodeId: 'Second' },
        { value: { deep: [1] }, nodeId: 'First' },
      ],
    };
    expect(encodeInput(mine)).to.deep.equal(expected);
    expect(encodeInput(mine)).to.deep.equal(expected);
    expect(mine).to.deep.equal(before);
  });

  it('is read as the caller says', () => {
    expect(encodeInput('{"a":1}', 'text')).to.deep.equal({ data: '{"a":1}' });
    expect(encodeInput({ a: 1 }, 'text')).to.deep.equal({ data: { a: 1 } });
    expect(encodeInput({ a: 1 }, 'json')).to.deep.equal({ a: 1 });
    expect(encodeInput('{"a":1}', 'json')).to.deep.equal({ a: 1 });
    expect(encodeInput('[1]', 'json')).to.deep.equal({ data: [1] });
    expect(encodeInput({ a: 1 }, 'inputs')).to.deep.equal({ data: [{ value: 1, nodeId: 'a' }] });
  });

  it('is refused when it is not what the caller says', () => {
    expect(() => encodeInput('hello', 'json')).to.throw(ValidationError, 'an object or array');
    expect(() => encodeInput(5, 'json')).to.throw(ValidationError);
    expect(() => encodeInput('a', 'inputs')).to.throw(ValidationError, 'not a string');
    expect(() => encodeInput(['a'], 'inputs')).to.throw(ValidationError, 'not an array');
    expect(() => encodeInput('a', 'xml' as never)).to.throw(ValidationError, '"xml"');
  });
});

describe('the data assets of a pipeline’s input', () => {
  const assets: Readonly<Record<string, AssetContent>> = {
    c1: { kind: 'corpus', dataIds: new Set(['d1', 'd2']) },
    s1: { kind: 'dataset', dataIds: new Set(['d3']) },
  };
  const contentOf = async (id: string): Promise<AssetContent | undefined> => assets[id];

  it('is one entry without a label when there is one input', async () => {
    expect(await encodeDataAssets('d1', 'c1', contentOf)).to.deep.equal({
      data: [{ dataAsset: { corpus_id: 'c1', data_id: 'd1' } }],
    });
    expect(await encodeDataAssets({ A: 'd3' }, { A: 's1' }, contentOf)).to.deep.equal({
      data: [{ dataAsset: { dataset_id: 's1', data_id: 'd3' } }],
    });
  });

  it('is one entry a label when there are several', async () => {
    const data = { A: 'd2', B: 'd3' };
    const dataAsset = { A: 'c1', B: 's1' };
    const before = structuredClone({ data, dataAsset });
    expect(await encodeDataAssets(data, dataAsset, contentOf)).to.deep.equal({
      data: [
        { dataAsset: { corpus_id: 'c1', data_id: 'd2' }, nodeId: 'A' },
        { dataAsset: { dataset_id: 's1', data_id: 'd3' }, nodeId: 'B' },
      ],
    });
    expect({ data, dataAsset }).to.deep.equal(before);
  });

  it('is refused when the asset or the data in it is not there', async () => {
    expect((await failure(encodeDataAssets('d1', 'c9', contentOf))).message).to.contain('Data Asset "c9" not found');
    expect((await failure(encodeDataAssets('d9', 'c1', contentOf))).message).to.match(/Data "d9" not found in Data Asset "c1".*d1, d2/);
  });

  it('is refused when the labels of data and assets differ', async () => {
    const error = await failure(encodeDataAssets({ A: 'd1', B: 'd3' }, { A: 'c1', C: 's1' }, contentOf));
    expect(error).to.be.instanceOf(ValidationError);
    expect(error.details).to.deep.equal([
      { field: 'C', message: 'has no id in data' },
      { field: 'B', message: 'has no id in dataAsset' },
    ]);
  });

  it('is refused when one has labels and the other has not', async () => {
    expect((await failure(encodeDataAssets({ A: 'd1' }, 'c1', contentOf))).message).to.contain('specify the node input label');
    expect((await failure(encodeDataAssets('d1', { A: 'c1' }, contentOf))).message).to.contain('must have the same');
    expect((await failure(encodeDataAssets({}, {}, contentOf))).message).to.contain('both are empty');
  });
});
