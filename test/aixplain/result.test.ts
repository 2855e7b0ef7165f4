import { expect } from 'chai';
import { AixplainResult } from '../../src/aixplain/index.js';
import { DeleteResult, Result } from '../../src/index.js';

describe('the result of an operation', () => {
  it('keeps what the platform said', () => {
    const result = new AixplainResult({ status: 'SUCCESS', completed: true, errorMessage: 'e', url: 'u', data: { key: 'value' } });
    expect([result.status, result.completed, result.errorMessage, result.url, result.data]).to.deep.equal([
      'SUCCESS',
      true,
      'e',
      'u',
      { key: 'value' },
    ]);
  });

  it('has what nobody foresaw, and nothing else', () => {
    const result = new AixplainResult({ status: 'SUCCESS', custom_field: 'custom', details: 'not a list', usage: { tokens: Number.NaN } });
    expect([(result as unknown as { custom_field: string }).custom_field, result.get('custom_field')]).to.deep.equal(['custom', 'custom']);
    expect([result.get('missing'), 'missing' in result, result.usage]).to.deep.equal([undefined, false, { tokens: Number.NaN }]);
  });

  it('as text shows its status and cuts what is long', () => {
    const result = new AixplainResult({ status: 'SUCCESS', completed: true, data: 'x'.repeat(500) });
    expect(String(result)).to.contain('SUCCESS').and.contain('...');
    expect(String(result).length).to.be.lessThan(500);
  });

  it('of a delete is a result with the id', () => {
    const result = new DeleteResult({ status: 'SUCCESS', completed: true, deletedId: '123' });
    expect([result instanceof Result, result.deletedId]).to.deep.equal([true, '123']);
  });

  it('names its run by the request, else by the address it is polled at', () => {
    const of = (raw: Record<string, unknown>) => new AixplainResult(raw).executionId;
    expect(of({ requestId: 'r1', url: 'https://h/sdk/agents/e1/result' })).to.equal('r1');
    expect(of({ url: 'https://h/sdk/agents/e%201/result?x=1' })).to.equal('e 1');
    expect([of({ url: 'https://h/other' }), of({})]).to.deep.equal([null, null]);
  });

  it('has the codes of the diagnosis from the top, else the data, else the statistics', () => {
    const of = (raw: Record<string, unknown>) => new AixplainResult(raw).diagnosticErrorCodes;
    const stats = { executionStats: { diagnosticErrorCodes: ['C'] } };
    expect(of({ diagnosticErrorCodes: ['A'], data: { diagnosticErrorCodes: ['B'] } })).to.deep.equal(['A']);
    expect(of({ data: { diagnosticErrorCodes: ['B'], ...stats } })).to.deep.equal(['B']);
    expect(of({ data: stats })).to.deep.equal(['C']);
    expect(of({ data: [] })).to.deep.equal([]);
  });
});
