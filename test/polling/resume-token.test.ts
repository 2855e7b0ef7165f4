import { expect } from 'chai';
import { ValidationError } from '../../src/model/errors/index.js';
import { Poller } from '../../src/polling/poller.js';
import { VirtualClock } from '../support/clock.js';

describe('a token', () => {
  const poller = new Poller(new VirtualClock());

  it('is plain, versioned JSON that reads back', () => {
    const token = poller.writeToken({ class: 'Job', id: 'j1', deadline: 5 });
    expect(JSON.parse(token)).to.deep.equal({ v: 1, class: 'Job', id: 'j1', deadline: 5 });
    expect(poller.readToken(token, 'Job')).to.deep.equal({ class: 'Job', id: 'j1', deadline: 5 });
    const path = poller.writeToken({ class: 'Job', path: '/runs/1?x=1', deadline: null });
    expect(poller.readToken(path, 'Job')).to.deep.equal({ class: 'Job', path: '/runs/1?x=1', deadline: null });
  });

  it('may have a whole address, which is not for it to judge', () => {
    for (const path of ['https://service.test/runs/1?x=1', 'http://127.0.0.1:8080/']) {
      const token = poller.writeToken({ class: 'Job', path, deadline: null });
      expect(poller.readToken(token, 'Job')).to.deep.equal({ class: 'Job', path, deadline: null });
    }
  });

  for (const [path, problem] of [
    ['https://me@service.test/x', /user name/],
    ['https://:secret@service.test/x', /password/],
    ['https://service.test/x#part', /fragment/],
    ['https://service.test/x#', /fragment/],
    ['/x#part', /fragment/],
    ['https://service.test', /spelling/],
    ['https://service.test:443/x', /spelling/],
    ['HTTPS://service.test/x', /spelling/],
    ['https://SERVICE.test/x', /spelling/],
    ['https://@service.test/x', /spelling/],
    ['https:/service.test/x', /spelling/],
    ['https:x', /spelling/],
    ['https://service.test/a/../b', /spelling/],
    ['https://service.test\\x', /spelling/],
    ['https://service.test/x ', /spelling/],
    [' https://service.test/x', /service\.test/],
    ['https://', /cannot be read/],
    ['ftp://service.test/x', /service\.test/],
    ['//service.test/x', /service\.test/],
    ['runs/1', /spelling/],
  ] as const) {
    it(`with the path ${JSON.stringify(path)} is refused with the reason`, () => {
      const token = JSON.stringify({ v: 1, class: 'Job', path, deadline: null });
      expect(() => poller.readToken(token, 'Job')).to.throw(ValidationError, problem);
    });
  }

  for (const [what, token] of [
    ['no JSON', 'x'],
    ['no object', '[]'],
    ['another version', '{"v":2,"class":"Job","id":"1","deadline":null}'],
    ['another class', '{"v":1,"class":"Other","id":"1","deadline":null}'],
    ['an address elsewhere', '{"v":1,"class":"Job","path":"//evil.test/x","deadline":null}'],
    ['a backslash', '{"v":1,"class":"Job","path":"/\\\\evil.test","deadline":null}'],
    ['a tab that hides a second slash', '{"v":1,"class":"Job","path":"/\\t/evil.test/x","deadline":null}'],
    ['a line end that hides a second slash', '{"v":1,"class":"Job","path":"/\\n/evil.test/x","deadline":null}'],
    ['a control character', '{"v":1,"class":"Job","path":"/x\\u0000y","deadline":null}'],
    ['steps upwards', '{"v":1,"class":"Job","path":"/a/../../b","deadline":null}'],
    ['neither id nor path', '{"v":1,"class":"Job","deadline":null}'],
    ['a strange deadline', '{"v":1,"class":"Job","id":"1","deadline":"soon"}'],
    ['far too much', JSON.stringify({ v: 1, class: 'Job', id: 'x'.repeat(5000), deadline: null })],
  ] as const) {
    it(`with ${what} is refused`, () => {
      expect(() => poller.readToken(token, 'Job')).to.throw(ValidationError, /Job\.resume/);
    });
  }
});
