import { expect } from 'chai';
import { itWithDocument } from '../../support/vendor-document.js';
import { checkRequest } from './document.js';

describe('the comparison with the vendor’s document', () => {
  for (const [what, request, problem] of [
    ['a path that is none', { method: 'GET', path: 'file' }, 'no operation'],
    ['a method that a path does not have', { method: 'PATCH', path: 'files/f1' }, 'no operation'],
    ['a parameter that is not declared', { method: 'GET', path: 'files', query: { status: 'completed' } }, 'status is not declared'],
    ['a parameter out of range', { method: 'GET', path: 'files', query: { pageSize: 101 } }, 'pageSize must be <= 100'],
    ['a parameter of another word', { method: 'GET', path: 'files', query: { orderBy: 'fileHash' } }, 'orderBy must be equal to one of'],
    ['a required parameter that is missing', { method: 'GET', path: 'api-tokens', query: {} }, 'lacks the parameter teamId'],
    ['a body that lacks something', { method: 'POST', path: 'pipelines', body: { name: 'x' } }, "must have required property 'teamId'"],
    ['a body that is too long', { method: 'POST', path: 'teams', body: { name: 'x'.repeat(256) } }, 'must NOT have more than 255'],
    ['a body that is missing', { method: 'POST', path: 'pipelines' }, 'has no body'],
    ['a null where there is none', { method: 'PATCH', path: 'datasets/d1', body: { description: null } }, 'must be string'],
  ] as const) {
    itWithDocument(`finds ${what}`, () => {
      expect(checkRequest(request).problems.join()).to.contain(problem);
    });
  }

  itWithDocument('finds nothing wrong with what is right', () => {
    expect(checkRequest({ method: 'PATCH', path: 'pipelines/p1', body: { description: null } })).to.deep.equal({
      operation: 'PATCH /pipelines/{pipelineId}',
      problems: [],
    });
    const schema = checkRequest({ method: 'GET', path: 'pipeline-configuration-versions/schema' });
    expect(schema.operation).to.equal('GET /pipeline-configuration-versions/schema');
    expect(checkRequest({ method: 'GET', path: 'files', query: { pageSize: 100, fileIds: ['a', 'b'] } }).problems).to.deep.equal([]);
  });
});
