import { expect } from 'chai';
import { TrieRouter } from 'hono/router/trie-router';
import { SegmentRouter } from '../../../src/local/requests/segment-router.js';

const routes: [method: string, path: string][] = [
  ['ALL', '/*'],
  ['ALL', '*'],
  ['GET', '/files'],
  ['GET', '/files/:id'],
  ['POST', '/files/upload-url'],
  ['POST', '/files/:id/complete'],
  ['GET', '/:prefix{(?:v1|v2)}/:collection'],
  ['GET', '/v2/agents'],
  ['ALL', '/storage/bucket/*'],
  ['GET', '/teams/:id'],
  ['ALL', '/teams/*'],
  ['GET', '/'],
];

describe('The router by first segments', () => {
  it('finds the handlers that a trie finds, with their parameters', () => {
    const [own, trie] = [new SegmentRouter<string>(), new TrieRouter<string>()];
    for (const [method, path] of routes) for (const router of [own, trie]) router.add(method, path, `${method} ${path}`);
    const found = (router: { match: SegmentRouter<string>['match'] }, method: string, path: string) => {
      const [handlers, stash] = router.match(method, path);
      return handlers.map(([handler, parameters]) => [
        handler,
        Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, stash ? stash[value as number] : value])),
      ]);
    };
    const paths = ['/', '/files', '/files/1', '/files/upload-url', '/files/1/complete', '/v2/agents', '/v1/models', '/v3/models', '/teams'];
    for (const method of ['GET', 'POST', 'DELETE']) {
      for (const path of [...paths, '/teams/1', '/teams/1/2', '/storage/bucket/a/b', '/storage', '/none', '/none/such', '/constructor']) {
        expect(found(own, method, path), `${method} ${path}`).to.deep.equal(found(trie, method, path));
      }
    }
    expect(found(own, 'GET', '/files/1').at(-1)).to.deep.equal(['GET /files/:id', { id: '1' }]);
  });
});
