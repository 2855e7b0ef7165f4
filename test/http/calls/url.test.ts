import { expect } from 'chai';
import fc from 'fast-check';
import { joinPath } from '../../../src/http/calls/join-path.js';
import { addQuery, parseHttpUrl } from '../../../src/http/calls/url.js';
import { ValidationError } from '../../../src/model/errors/index.js';

describe('joining a path to a base URL', () => {
  for (const [base, path, expected] of [
    ['https://h', 'files', 'https://h/files'],
    ['https://h/', '/files', 'https://h/files'],
    ['https://h/api/v1', 'files', 'https://h/api/v1/files'],
    ['https://h/api/v1/', '/files/f_1', 'https://h/api/v1/files/f_1'],
    ['https://h/api///', 'files', 'https://h/api/files'],
    ['https://h/api', 'sdk/pipelines/', 'https://h/api/sdk/pipelines/'],
    ['https://h/api', '', 'https://h/api'],
    ['https://h', '', 'https://h/'],
    ['https://h:8443/x', 'v2/a%2Fb%20c/run', 'https://h:8443/x/v2/a%2Fb%20c/run'],
    ['https://h', 'agents/openai:gpt-4', 'https://h/agents/openai:gpt-4'],
    ['https://h/a', 'files?page=2&x=a%2Cb', 'https://h/a/files?page=2&x=a%2Cb'],
    ['https://h', 'files/...', 'https://h/files/...'],
  ] as const) {
    it(`makes ${expected} of ${base} and '${path}'`, () => {
      expect(joinPath(new URL(base), path).href).to.equal(expected);
    });
  }

  for (const path of [
    '//evil.test/x',
    '/\\evil.test',
    '\\\\evil.test',
    'mailto:x',
    'file:///etc/passwd',
    'javascript:alert(1)',
    '..',
    '../users',
    'files/../../users',
    'files/./x',
    'files/%2e%2e/users',
    'files/.%2E',
    'files//run',
    'files/#x',
    'files/a b',
    'files/a\nb',
    'files/\u0000',
    'HTTPS://evil.test/x',
  ]) {
    it(`refuses ${JSON.stringify(path)}`, () => {
      expect(() => joinPath(new URL('https://h/api'), path)).to.throw(ValidationError, 'must stay below https://h/api');
    });
  }

  it('never leaves its base, whatever the path', () => {
    const base = new URL('https://h.test:8443/api/v1');
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl(), fc.stringMatching(/^[./\\%2eE:a-z#?]{0,12}$/)), (path) => {
        let url: URL;
        try {
          url = joinPath(base, path);
        } catch (error) {
          return error instanceof ValidationError;
        }
        return url.origin === base.origin && (url.pathname === base.pathname || url.pathname.startsWith(`${base.pathname}/`));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the query', () => {
  it('joins lists with commas, sends null empty, leaves undefined out and writes booleans as words', () => {
    const url = new URL('https://h/files');
    addQuery(url, { ids: ['a', 'b'], none: null, gone: undefined, yes: true, n: 1.5, text: 'a b&c=d' });
    expect(url.search).to.equal('?ids=a%2Cb&none=&yes=true&n=1.5&text=a+b%26c%3Dd');
  });

  it('replaces a key that is there already', () => {
    const url = new URL('https://h/files?page=1&x=2');
    addQuery(url, { page: 3 });
    expect(url.search).to.equal('?page=3&x=2');
  });
});

describe('an address', () => {
  for (const [address, complaint] of [
    ['nonsense', 'is not a URL'],
    ['ftp://h/x', 'begins with ftp:'],
    ['https://user:hunter2@h/', 'has a user name or password in it'],
  ] as const) {
    it(`is refused when it ${complaint}, without being repeated`, () => {
      expect(() => parseHttpUrl('baseUrl', address)).to.throw(ValidationError, complaint);
      expect(() => parseHttpUrl('baseUrl', address)).to.not.throw('hunter2');
    });
  }
});
