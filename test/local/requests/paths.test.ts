import { expect } from 'chai';
import { pathOf, splitUrl } from '../../../src/local/requests/paths.js';

describe('The URL of a request to the local platform', () => {
  it('is split as a parser splits it', () => {
    for (const rest of [
      '',
      '/',
      '?a=1',
      '/a/b',
      '/a?b=/c&d',
      '/a#b',
      '/a#b?c',
      '/a?b#c',
      '//a//b/',
      '/%00?%2F',
      '/a?',
      '/a/../b',
      '/@:x',
    ]) {
      const { url } = new Request(`http://127.0.0.1:8080${rest}`);
      const { pathname, search } = new URL(url);
      const { path, search: query } = splitUrl(url);
      expect([path, query === '?' ? '' : query], rest).to.deep.equal([pathname, search]);
    }
  });

  it('has a path without the slashes that clients add', () => {
    const paths = ['//teams//a', '/teams/', '/teams?x=/', '//'].map((rest) => pathOf(new Request(`http://a.test${rest}`)));
    expect(paths).to.deep.equal(['/teams/a', '/teams', '/teams', '/']);
  });
});
