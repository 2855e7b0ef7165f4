import { inspect } from 'node:util';
import { expect } from 'chai';
import { AixplainResult, PipelineResponse } from '../../../src/aixplain/index.js';
import { APIError, NotFoundError, OperationFailedError, ResourceError, Result, ValidationError } from '../../../src/index.js';
import { VirtualConnection } from '../../support/virtual.js';
import { Widget } from '../../support/widgets.js';

const long = 'x'.repeat(100_000);
const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`key${index}`, index]));
const values: Record<string, unknown> = { text: long, wide, list: Array.from({ length: 5000 }, () => long), nested: { a: [{ b: long }] } };

describe('what is printed in the console', () => {
  for (const [title, value] of Object.entries(values)) {
    it(`cuts a long value: ${title}`, async () => {
      const raw = { status: 'SUCCESS', completed: true, data: value };
      const page = await new VirtualConnection(() => ({ results: [{ id: 'a', config: value }, value], total: 2 })).bind(Widget).search();
      const body = { message: 'm', inner: value };
      const things = {
        result: new Result(raw),
        'result of aiXplain': new AixplainResult(raw),
        'response of a pipeline': new PipelineResponse(raw),
        record: Widget.fromDict({ id: 'a', name: value, config: value }),
        page,
        'error of the platform': new NotFoundError('gone', { status: 404, body, headers: { a: long }, details: value }),
        'error of a run': new OperationFailedError('failed', { result: new Result(raw), reason: long }),
        'an error with a cause': new ResourceError('outer', { cause: new APIError('inner', { status: 500, body }) }),
        'what holds them': { deep: [new Result(raw)] },
      };
      for (const [name, thing] of Object.entries(things)) {
        for (const colors of [false, true]) expect(inspect(thing, { colors }).length, name).to.be.below(2500);
      }
    });
  }

  it('is whole where values are short', () => {
    const result = new Result({ status: 'SUCCESS', completed: true, data: { a: [1, 2], b: 'text' }, extra: 1 });
    expect(inspect(result))
      .to.match(/^Result \{/)
      .and.to.contain("data: { a: [ 1, 2 ], b: 'text' }")
      .and.to.contain('extra: 1');
    expect(inspect({ a: { b: { c: result } } })).to.contain('[Result]');
  });

  it('is whole where whole texts are asked for', () => {
    const result = new Result({ status: 'SUCCESS', completed: true, data: long });
    expect(inspect(result, { maxStringLength: null })).to.contain(long);
    expect(inspect(Widget.fromDict({ id: 'a', name: long }), { maxStringLength: null })).to.contain(long);
  });

  it('of an error has its class, its stack, its members and its cause', () => {
    const error = new NotFoundError('no such widget', { status: 404, code: 'gone', cause: new Error('underneath') });
    const text = inspect(error);
    expect(text).to.match(/^NotFoundError: no such widget\n {4}at /);
    expect(text).to.contain('status: 404').and.to.contain("code: 'gone'").and.to.contain('[cause]: Error: underneath');
    expect(inspect(new ValidationError('wrong', { details: [{ field: 'a', message: 'b' }] }))).to.contain("{ field: 'a', message: 'b' }");
  });

  it('is cut as the text of a result is', () => {
    const result = new Result({ status: 'SUCCESS', completed: true, data: long });
    for (const text of [String(result), inspect(result)])
      expect(text)
        .to.contain(`${'x'.repeat(200)}...`)
        .and.not.to.contain('x'.repeat(201));
  });
});
