import { inspect } from 'node:util';
import { expect } from 'chai';
import nock from 'nock';
import { Connection, ResourceError } from '../../src/index.js';
import { failure } from '../support/failure.js';
import { connect, origin, Widget, withoutNetwork } from '../support/widgets.js';

describe('two connections', () => {
  withoutNetwork();

  it('live side by side, each with its own key', async () => {
    const [one, other] = [connect({ apiKey: 'key-one' }), connect({ apiKey: 'key-two', baseUrl: 'https://other.test' })];
    nock(origin, { reqheaders: { authorization: 'Bearer key-one' } })
      .get('/widgets/w1')
      .reply(200, { id: 'w1' });
    nock('https://other.test', { reqheaders: { authorization: 'Bearer key-two' } })
      .get('/widgets/w1')
      .reply(200, { id: 'w1' });
    const first = await one.bind(Widget).get('w1');
    const second = await other.bind(Widget).get('w1');
    expect(first.context).to.equal(one);
    expect(second.context).to.equal(other);
    expect(one.bind(Widget)).to.equal(one.bind(Widget)).and.not.to.equal(other.bind(Widget));
    expect(other.bind(one.bind(Widget))).to.equal(other.bind(Widget));
    expect(first).to.be.instanceOf(Widget);
    expect(one.bind(Widget).name).to.equal('Widget');
    await Promise.all([one.close(), other.close()]);
  });

  it('may be the default, and records keep the one they came from', async () => {
    const first = Connection.connect({ baseUrl: origin, apiKey: 'key-one' });
    nock(origin).get('/widgets/w1').reply(200, { id: 'w1' });
    const widget = await Widget.get('w1');
    const second = Connection.connect({ baseUrl: 'https://other.test', apiKey: 'key-two' });
    expect(widget.context).to.equal(first);
    expect(Widget.context).to.equal(second);
    expect((await widget.clone()).context).to.equal(first);
    Connection.disconnect();
    expect(Widget.context).to.equal(null);
    expect(await failure(Widget.get('w1'))).to.be.instanceOf(ResourceError);
    await Promise.all([first.close(), second.close()]);
  });

  it('are not shown with their keys', async () => {
    const connection = connect({ apiKey: 'very-secret' });
    expect(inspect(connection, { depth: 9 })).not.to.contain('very-secret');
    expect(JSON.stringify(connection)).not.to.contain('very-secret');
    await connection.close();
  });
});
