import { inspect } from 'node:util';
import { expect } from 'chai';
import { actionInputs, modelInputs } from '../../../src/aixplain/models/input-spec.js';
import { type InputValues, inputValues } from '../../../src/aixplain/models/inputs.js';
import { ValidationError } from '../../../src/index.js';

const of = (...inputs: object[]): InputValues => inputValues('inputs of X', actionInputs(inputs));

describe('inputs', () => {
  it('are called by their code, else by their name in lower case', () => {
    const inputs = of({ name: 'Number of Results', datatype: 'integer' }, { name: 'Query', code: 'q', required: true });
    expect(inputs.names).to.deep.equal(['number_of_results', 'q']);
    expect([inputs.required, inputs.spec('q')?.label, inputs.spec('q')?.required]).to.deep.equal([['q'], 'Query', true]);
    expect(inputs.spec('number_of_results')?.type).to.equal('integer');
  });

  it('start with the first of their defaults, typed, and false is one', () => {
    const inputs = of(
      { code: 'a', defaultValue: ['x', 'y'] },
      { code: 'b', defaultValue: [false] },
      { code: 'c', defaultValue: [] },
      { code: 'd', defaultValue: [{ value: 3 }] },
      { code: 'e', value: ['set'], defaultValue: ['other'] },
    );
    expect(Object.entries(inputs)).to.deep.equal([
      ['a', 'x'],
      ['b', false],
      ['c', null],
      ['d', 3],
      ['e', 'set'],
    ]);
    expect(inputs.toJSON()).to.deep.equal({ a: 'x', b: false, d: 3, e: 'set' });
    expect({ ...inputs }).to.deep.equal({ a: 'x', b: false, c: null, d: 3, e: 'set' });
    expect(inspect(inputs)).to.contain("a: 'x'");
  });

  it('are read and set by name, and reset one by one or all', () => {
    const inputs = of({ code: 'a', datatype: 'string', defaultValue: ['x'] }, { code: 'b', datatype: 'number' });
    inputs.a = 'y';
    inputs.set('b', 1.5);
    expect([inputs.a, inputs.get('b'), 'a' in inputs, 'z' in inputs, inputs.z]).to.deep.equal(['y', 1.5, true, false, undefined]);
    inputs.reset('a');
    expect([inputs.a, inputs.b]).to.deep.equal(['x', 1.5]);
    inputs.reset();
    expect([inputs.a, inputs.b]).to.deep.equal(['x', null]);
  });

  it('refuse unknown names with the nearest one', () => {
    const inputs = of({ code: 'temperature' });
    expect(() => inputs.get('temprature')).to.throw(ValidationError, 'did you mean temperature?');
    expect(() => {
      inputs.temprature = 1;
    }).to.throw(ValidationError, 'temprature');
    expect(() => inputs.reset('nothing like it')).to.throw(ValidationError, 'known are temperature');
  });

  it('can be called like a member of the inputs', () => {
    const inputs = of({ code: 'required', datatype: 'string' });
    inputs.set('required', 'a');
    expect([inputs.required, inputs.get('required')]).to.deep.equal([[], 'a']);
    expect(() => Object.assign(inputs, { required: 'b' })).to.throw(ValidationError, "set('required', value)");
  });

  it('check types: null and unknown types always pass', () => {
    const inputs = of(
      { code: 'number', datatype: 'number' },
      { code: 'integer', datatype: 'integer' },
      { code: 'boolean', datatype: 'boolean' },
      { code: 'string', datatype: 'string' },
      { code: 'array', datatype: 'array' },
      { code: 'object', datatype: 'object' },
      { code: 'other', datatype: 'colour' },
    );
    const good = { number: 3.14, integer: 42, boolean: false, string: 's', array: [1], object: {}, other: () => 1 };
    inputs.assign(good);
    inputs.assign(Object.fromEntries(Object.keys(good).map((name) => [name, null])));
    const bad = { number: '1', integer: 1.5, boolean: 1, string: 1, array: {}, object: [] };
    try {
      inputs.assign(bad);
      expect.fail('not refused');
    } catch (error) {
      expect((error as ValidationError).details.map(({ field }) => field)).to.deep.equal(Object.keys(bad));
    }
    expect(inputs.toJSON()).to.deep.equal({});
  });

  it('of models may be texts with a meaning', () => {
    const specs = modelInputs([
      { name: 'text', dataType: 'text' },
      { name: 'data', dataType: 'text', dataSubType: 'json' },
      { name: 'temperature', dataType: 'text', dataSubType: 'number', defaultValues: [{ value: 0.5 }] },
      { name: 'audio', dataType: 'audio' },
    ]);
    const inputs = inputValues('inputs', specs);
    expect(inputs.temperature).to.equal(0.5);
    inputs.assign({ text: [{ role: 'user', content: 'hi' }], data: { a: 1 }, temperature: '0.7', audio: 'https://a.test/a.mp3' });
    expect(inputs.problems({ text: 1, temperature: {}, audio: 3 }).map(({ field }) => field)).to.deep.equal([
      'text',
      'temperature',
      'audio',
    ]);
  });

  it('that are not described take any name', () => {
    const inputs = inputValues('inputs', modelInputs(undefined));
    inputs.anything = 1;
    expect([inputs.isDescribed, inputs.toJSON()]).to.deep.equal([false, { anything: 1 }]);
  });
});
