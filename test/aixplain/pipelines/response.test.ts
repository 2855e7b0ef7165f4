import { expect } from 'chai';
import { PipelineResponse } from '../../../src/aixplain/index.js';

describe('the response of a pipeline', () => {
  const raw = { status: 'SUCCESS', completed: true, data: [1], elapsed_time: 2.5, note: 'n', nothing: null };
  const response = new PipelineResponse(raw);

  it('is read by property, by index and with get', () => {
    expect([response.status, response.data, response.note, response.elapsed_time, response.elapsedTime]).to.deep.equal([
      'SUCCESS',
      [1],
      'n',
      2.5,
      2.5,
    ]);
    expect(['status', 'data', 'note', 'elapsed_time'].map((key) => response[key])).to.deep.equal(['SUCCESS', [1], 'n', 2.5]);
    expect([response.get('note'), response.get('missing', 'fallback'), response.get('missing')]).to.deep.equal([
      'n',
      'fallback',
      undefined,
    ]);
    expect(['note' in response, 'missing' in response]).to.deep.equal([true, false]);
  });

  it('has its own defaults', () => {
    const { status, completed, error, elapsedTime, data, url } = new PipelineResponse({});
    expect({ status, completed, error, elapsedTime, data, url }).to.deep.equal({
      status: 'IN_PROGRESS',
      completed: false,
      error: null,
      elapsedTime: 0,
      data: null,
      url: null,
    });
  });

  it('differs from another response', () => {
    expect(response).to.deep.equal(new PipelineResponse(raw));
    expect(response).not.to.deep.equal(new PipelineResponse({ ...raw, data: [2] }));
  });

  it('is the platform’s response as JSON, and one line a member as text', () => {
    expect(JSON.parse(JSON.stringify(response))).to.deep.equal(raw);
    expect(String(response))
      .to.match(/^PipelineResponse\(/)
      .and.contain('status: SUCCESS')
      .and.contain('note: n');
  });
});
