import { expect } from 'chai';
import { actionOfCode } from '../../../src/local/assets/python.js';

describe('The action of a tool that is made from code', () => {
  it('is the function that is named, or the first one, with its parameters', () => {
    const code = [
      'import math',
      'class Helper:',
      '    def inner(self): pass',
      "def bmi(weight: float, height: float = 1.8, unit: str = 'kg', exact: bool = True, tags: list[str] = [], other=len('x')) -> float:",
      '    return weight / height ** 2',
      'def second(a: int, b: dict[str, int]): ...',
    ].join('\n');
    const action = actionOfCode({ code }) as { name: string; inputs: Record<string, unknown>[] };
    expect(action.name).to.equal('bmi');
    expect(action.inputs.map(({ code: key, datatype, required, defaultValue }) => [key, datatype, required, defaultValue])).to.deep.equal([
      ['weight', 'number', true, []],
      ['height', 'number', false, [1.8]],
      ['unit', 'string', false, ['kg']],
      ['exact', 'boolean', false, [true]],
      ['tags', 'array', false, [[]]],
      ['other', 'string', false, []],
    ]);
    const second = actionOfCode({ code, function_name: 'second' }) as typeof action;
    expect(second.inputs.map(({ code: key, datatype }) => [key, datatype])).to.deep.equal([
      ['a', 'integer'],
      ['b', 'object'],
    ]);
    expect(actionOfCode({ code: 'def f(): ...', function_name: 'elsewhere' })).to.deep.equal({ name: 'elsewhere' });
    expect(actionOfCode({ code: 'def f():\n  pass' })).to.deep.equal({ name: 'f', inputs: [] });
    const nested = [
      'async def f(',
      '    a: dict[str, list[int]] = {"a": [1, (2)]},  # first, "the" (best)',
      '    b: str = "x, y) # z",',
      "    c=',', *rest",
      '): ...',
    ].join('\n');
    const { inputs } = actionOfCode({ code: nested }) as typeof action;
    expect(inputs.map(({ code: key, datatype, defaultValue }) => [key, datatype, defaultValue])).to.deep.equal([
      ['a', 'object', []],
      ['b', 'string', ['x, y) # z']],
      ['c', 'string', [',']],
    ]);
    for (const none of [{}, { code: 'print(1)' }, { token: 'x' }]) expect(actionOfCode(none)).to.equal(undefined);
  });

  it('is read at once, whatever the code is', () => {
    const deep = actionOfCode({ code: 'def f(a=g(h(1)), b: list = [(1, (2, 3))]): ...\ndef g(x): ...' });
    expect((deep as { inputs: { code: string }[] }).inputs.map(({ code }) => code)).to.deep.equal(['a', 'b']);
    // Each would take hours if the time grew faster than the length.
    for (const code of [
      `def f(a, ${'#'.repeat(5000)}\n b=g(h(1))): ...`,
      `def f(${'#a'.repeat(2000)}`,
      `def f(a:${' '.repeat(4900)}=): ...`,
      'def f(\n'.repeat(14_000),
    ]) {
      expect(actionOfCode({ code })).to.have.property('name', 'f');
    }
  });
});
